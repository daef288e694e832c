#pragma once
/// Keeps the medium up to date while the station counts. Has its own thread and
/// connections; never blocks scanning. The medium may be pulled out and put back at
/// any time: what is missing is copied when it is there again.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "firmware-host/mirror/mirror_status.h"

namespace kiemphieu::mirror {

struct MirrorOptions {
  std::filesystem::path root;     ///< where the medium is mounted
  std::filesystem::path station_folder;
  std::string station;
  Digest election;
  /// After status() has changed, on the mirror's thread; must not block. May be empty.
  std::function<void()> on_change{};
  /// Another machine went on with the medium (kStationSuperseded): once, on the
  /// mirror's thread. May be empty.
  std::function<void(const Error&)> on_superseded{};
};

class Mirror {
 public:
  static std::unique_ptr<Mirror> start(MirrorOptions options);
  virtual ~Mirror() = default;  ///< stops; a round under way ends first
  /// The journal has grown. From any thread.
  virtual void notify() = 0;
  virtual MirrorStatus status() const = 0;
};

}  // namespace kiemphieu::mirror
