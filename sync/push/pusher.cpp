#include "sync/push/pusher.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "config/base/log.h"
#include "config/crypto/certificate.h"
#include "config/crypto/signing.h"
#include "sync/push/backoff.h"
#include "sync/push/client.h"
#include "sync/push/verdict.h"
#include "sync/wire/envelope.h"
#include "sync/wire/parcel.h"

namespace kiemphieu::push {
namespace {

using std::chrono::milliseconds;

/// How often to look for new records when nobody calls notify().
constexpr milliseconds kIdleLook{5'000};
constexpr milliseconds kGreeting{60'000};
constexpr milliseconds kNow{0};
constexpr std::string_view kRecordsPath = "/api/v1/records";

Result<storage::Database> open_existing(const std::filesystem::path& path) {
  storage::OpenOptions options;
  options.create = false;
  return storage::Database::open(path, options);
}

Endpoint endpoint_of(const PusherOptions& options) {
  return {.url = options.url, .ca = options.ca, .certificate = options.certificate, .key = options.key};
}

std::uint64_t random_seed() {
  const Bytes bytes = crypto::random_bytes(sizeof(std::uint64_t));
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

class PusherImpl final : public Pusher {
 public:
  PusherImpl(const PusherOptions& options, const outbox::Outbox& outbox, storage::Database database)
      : outbox_(outbox),
        database_(std::move(database)),
        client_(endpoint_of(options), stop_),
        backoff_(random_seed()),
        on_change_(options.on_change) {}

  ~PusherImpl() override {
    {
      const std::lock_guard lock{mutex_};
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void start() {
    thread_ = std::thread{[this] { run(); }};
  }

  void notify() override {
    {
      const std::lock_guard lock{mutex_};
      notified_ = true;
    }
    wake_.notify_all();
  }

  PusherStatus status() const override {
    const std::lock_guard lock{mutex_};
    return status_;
  }

 private:
  void run() {
    while (!stop_) {
      auto wait = attempt();
      if (!wait) wait = after_failure(std::move(wait).error(), false);
      rest(*wait);
    }
  }

  /// After failures a notify() does not shorten the wait: a new sheet every
  /// second must not turn into a request every second to a server that is down.
  void rest(milliseconds time) {
    std::unique_lock lock{mutex_};
    const bool idle = time == kIdleLook;
    wake_.wait_for(lock, time, [&] { return stop_ || (idle && notified_); });
    notified_ = false;
  }

  /// One batch. Returns how long to wait before the next.
  Result<milliseconds> attempt() {
    KP_TRY(const auto records, next_records());
    KP_TRY_VOID(note_progress());
    if (refused_) return kIdleLook;
    if (records.empty()) return greet();
    std::vector<Bytes> envelopes;
    for (const auto& record : records) envelopes.push_back(record.envelope);
    auto reply = client_.post(std::string{kRecordsPath}, wire::encode_parcel(envelopes), std::string{wire::kParcelType});
    if (!reply) {
      max_records_ = std::max<std::size_t>(1, max_records_ / 2);  // a thin line carries small batches
      return after_failure(std::move(reply).error(), false);
    }
    return act_on(judge(*reply), records.back().sequence);
  }

  /// Nothing to send: now and then a word, so that the page knows whether the way is open.
  Result<milliseconds> greet() {
    const milliseconds now = clock_.monotonic();
    if (greeted_ && now - *greeted_ < kGreeting) return kIdleLook;
    auto reply = client_.get("/healthz");
    if (!reply) return after_failure(std::move(reply).error(), false);
    if (reply->status != 200) {
      const Verdict verdict = judge(*reply);
      Error why = verdict.error.value_or(fail(ErrorCode::kCommitteeUnreachable, "answer " + std::to_string(reply->status)));
      return verdict.next == Verdict::Next::kStop ? refuse(std::move(why)) : after_failure(std::move(why), true);
    }
    note_success();
    return kIdleLook;
  }

  Result<std::vector<outbox::Item>> next_records() {
    // Each record has a length of four bytes before it.
    const std::size_t max_bytes = wire::kMaxBatchBytes - 4 * wire::kMaxBatchRecords;
    if (resend_from_ > 0) return outbox_.records_from(database_, resend_from_, max_records_, max_bytes);
    return outbox_.pending(database_, max_records_, max_bytes);
  }

  Result<milliseconds> act_on(const Verdict& verdict, std::uint64_t last_sent) {
    if (verdict.next == Verdict::Next::kTryLater) return after_failure(*verdict.error, true);
    if (verdict.next == Verdict::Next::kStop) return refuse(*verdict.error);
    KP_TRY(const outbox::Status have, outbox_.status(database_));
    if (verdict.acknowledged > have.last_sequence || verdict.expected > have.last_sequence + 1)
      return refuse(fail(ErrorCode::kCommitteeRefused, "it has records of this station that are not here"));
    if (verdict.next == Verdict::Next::kResend) return resend(verdict.expected, have);
    if (verdict.acknowledged < last_sent)
      return after_failure(fail(ErrorCode::kCommitteeUnreachable, "acknowledged less than was sent"), true);
    // The committee may have been set back: then it repeats what was acknowledged before.
    resend_from_ = verdict.acknowledged < have.acknowledged_sequence ? verdict.acknowledged + 1 : 0;
    if (verdict.acknowledged > have.acknowledged_sequence)
      KP_TRY_VOID(outbox_.acknowledge(database_, verdict.acknowledged));
    KP_TRY_VOID(note_progress());
    note_success();
    max_records_ = std::min(max_records_ * 2, wire::kMaxBatchRecords);
    return kNow;
  }

  Result<milliseconds> resend(std::uint64_t expected, const outbox::Status& have) {
    log_event(
        LogLevel::kWarn, "committee_asks_again",
        {{"from", std::to_string(expected)}, {"acknowledged", std::to_string(have.acknowledged_sequence)}});
    // Asked for the same place twice: not a matter of sending again at once.
    if (resend_from_ == expected) return after_failure(fail(ErrorCode::kWireGap, "asked twice"), true);
    resend_from_ = expected;
    return kNow;
  }

  /// Everything stays in the outbox; nothing more is sent until people have looked.
  milliseconds refuse(Error error) {
    log_error("committee_refused", error);
    refused_ = true;
    change([&](PusherStatus& status) {
      status.online = true;
      status.last_error = std::move(error);
    });
    return kIdleLook;
  }

  milliseconds after_failure(Error error, bool online) {
    change([&](PusherStatus& status) {
      if (!status.last_error || status.last_error->code != error.code) log_error("push_failed", error);
      status.online = online;
      status.last_error = std::move(error);
    });
    return backoff_.next();
  }

  void note_success() {
    backoff_.reset();
    greeted_ = clock_.monotonic();
    change([&](PusherStatus& status) {
      if (status.last_error) log_event(LogLevel::kInfo, "push_works_again");
      status.online = true;
      status.last_error.reset();
      status.last_success_unix_s = clock_.wall_unix_s();
    });
  }

  Result<void> note_progress() {
    KP_TRY(const outbox::Status have, outbox_.status(database_));
    change([&](PusherStatus& status) {
      status.last_sequence = have.last_sequence;
      status.acknowledged_sequence = have.acknowledged_sequence;
    });
    return {};
  }

  /// The only writer of status_. Tells outside the lock, so that status() may be asked at once.
  template <class Edit>
  void change(Edit edit) {
    {
      const std::lock_guard lock{mutex_};
      edit(status_);
    }
    if (on_change_) on_change_();
  }

  const outbox::Outbox& outbox_;
  storage::Database database_;
  SystemClock clock_;
  std::atomic<bool> stop_{false};
  HttpsClient client_;
  Backoff backoff_;
  std::function<void()> on_change_;
  std::size_t max_records_ = wire::kMaxBatchRecords;
  std::uint64_t resend_from_ = 0;  ///< 0: what is not acknowledged
  bool refused_ = false;
  std::optional<milliseconds> greeted_;  ///< last good answer, on the monotonic clock

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool notified_ = false;
  PusherStatus status_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Pusher>> Pusher::start(const PusherOptions& options, const outbox::Outbox& outbox) {
  KP_TRY_VOID(check_url(options.url));
  KP_TRY_VOID(
      crypto::check_tls_files(options.ca, options.certificate, options.key, SystemClock{}.wall_unix_s()));
  KP_TRY(storage::Database database, open_existing(options.journal_database));
  auto pusher = std::make_unique<PusherImpl>(options, outbox, std::move(database));
  pusher->start();
  return std::unique_ptr<Pusher>{std::move(pusher)};
}

Result<void> probe(const PusherOptions& options) {
  KP_TRY_VOID(check_url(options.url));
  const std::atomic<bool> never{false};
  HttpsClient client{endpoint_of(options), never};
  KP_TRY(const Reply reply, client.get("/healthz"));
  if (reply.status == 200) return {};
  return refusal(reply).with_context(options.url + "/healthz");
}

}  // namespace kiemphieu::push
