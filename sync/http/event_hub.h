#pragma once
/// Server-sent events: one queue a client, the last event of each name for
/// those who come later. Used on the server's thread only.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/base/check.h"

namespace kiemphieu::http {

/// What a client that does not read may cost before it is dropped. It connects
/// again by itself and gets the last event of each name.
inline constexpr std::size_t kMaxQueuedEvents = 64;
inline constexpr std::size_t kMaxQueuedEventBytes = 1U << 20U;

class EventClient {
 public:
  /// `wake` runs when the queue gets its first event, `drop` when it overflows.
  EventClient(std::function<void()> wake, std::function<void()> drop)
      : wake_(std::move(wake)), drop_(std::move(drop)) {}

  bool empty() const { return queue_.empty(); }
  std::shared_ptr<const std::string> take();
  void push(const std::shared_ptr<const std::string>& text);

 private:
  std::function<void()> wake_, drop_;
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t bytes_ = 0;
  bool dropped_ = false;
};

class EventHub {
 public:
  void publish(const std::string& event, const std::shared_ptr<const std::string>& text);

  /// A client gets events as long as its membership lives.
  class Membership {
   public:
    Membership(EventHub& hub, EventClient& client) : hub_(hub), client_(client) { hub_.add(client_); }
    ~Membership() { hub_.clients_.erase(&client_); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

   private:
    EventHub& hub_;
    EventClient& client_;
  };

 private:
  void add(EventClient& client);
  std::set<EventClient*> clients_;
  std::map<std::string, std::shared_ptr<const std::string>> last_;
};

/// One event in the text/event-stream format of the HTML standard.
std::string format_event(const std::string& event, const std::string& data);

}  // namespace kiemphieu::http
