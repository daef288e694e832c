#pragma once
/// The station's end of the scanner process. Internal to scanner/worker.

#include <sys/types.h>

#include <optional>

#include "scanner/worker/channel.h"
#include "scanner/worker/source.h"

namespace kiemphieu::worker {

class WorkerSource final : public feed::SheetSource {
 public:
  explicit WorkerSource(SourceSettings settings) : settings_(std::move(settings)) {}
  /// Closes the socket: an idle process leaves at once, one that hangs in its
  /// driver is killed after a short wait.
  ~WorkerSource() override;

  std::string description() const override;
  Result<void> start() override;
  Result<feed::SheetImage> next() override;
  void request_stop() override;
  Result<feed::Sensors> sensors() override;

 private:
  Result<void> spawn();
  Result<void> ensure_open();
  Result<Message> ask(const Message& message);
  Result<Message> receive();
  Error bury(Error why);
  void end_process();

  SourceSettings settings_;
  std::string description_;
  std::optional<Channel> channel_;
  pid_t pid_ = -1;
  std::optional<Error> dead_;  ///< why the process died; start() forgets it
};

}  // namespace kiemphieu::worker
