#include "sync/http/event_hub.h"

namespace kiemphieu::http {

std::shared_ptr<const std::string> EventClient::take() {
  KP_CHECK(!queue_.empty());
  auto text = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= text->size();
  return text;
}

void EventClient::push(const std::shared_ptr<const std::string>& text) {
  if (dropped_) return;
  queue_.push_back(text);
  bytes_ += text->size();
  if (queue_.size() > kMaxQueuedEvents || bytes_ > kMaxQueuedEventBytes) {
    dropped_ = true;
    drop_();
  } else if (queue_.size() == 1) {
    wake_();
  }
}

void EventHub::publish(const std::string& event, const std::shared_ptr<const std::string>& text) {
  last_[event] = text;
  for (EventClient* client : clients_) client->push(text);
}

void EventHub::add(EventClient& client) {
  clients_.insert(&client);
  for (const auto& [event, text] : last_) client.push(text);
}

std::string format_event(const std::string& event, const std::string& data) {
  KP_CHECK(!event.empty() && event.find_first_of("\r\n") == std::string::npos);
  std::string text = "event: " + event + "\n";
  std::size_t start = 0;
  while (true) {
    const std::size_t end = data.find('\n', start);
    text.append("data: ").append(data, start, end == std::string::npos ? end : end - start).append("\n");
    if (end == std::string::npos) break;
    start = end + 1;
  }
  return text + "\n";
}

}  // namespace kiemphieu::http
