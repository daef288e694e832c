#pragma once
/// Renews the station's certificate by itself when less than a third of its validity
/// is left. It has its own thread and its own connection, so sending never waits for it.

#include <functional>
#include <memory>

#include "sync/push/client.h"

namespace kiemphieu::push {

class Renewer {
 public:
  /// Looks at once, then every hour; after a failure from one minute on, doubling to an
  /// hour. A failure is logged and noted beside the certificate (renewal_note()).
  /// `on_look` runs after every look, on the renewer's thread; may be empty.
  static std::unique_ptr<Renewer> start(const Endpoint& endpoint, std::function<void()> on_look = {});
  virtual ~Renewer() = default;  ///< stops and joins within two seconds
};

}  // namespace kiemphieu::push
