#pragma once
/// The station's HTTP interface: plain functions from Request to Response, for
/// the page on loopback. Described in docs/formats/station-openapi.yaml.
///
/// Commands are POST with JSON and change nothing unless they answer 200; a
/// refusal answers 409 (not allowed now), 400 (bad input), 422 (figures that cannot be)
/// or 503 (scanner, disk)
/// with the error's code and sentences. Requests from pages of other origins are
/// refused: commands need content-type application/json, and Host must be local.

#include <functional>
#include <string>

#include "config/election/election.h"
#include "firmware-host/station/station.h"
#include "sync/http/server.h"

namespace kiemphieu::json {
class ObjectReader;
}

namespace kiemphieu::web {

class Routes {
 public:
  /// The view with what the pusher knows at this moment.
  using CurrentView = std::function<station::View()>;
  /// All references must outlive the Routes.
  Routes(station::Station& station, const election::Election& election, const election::Station& polling_station,
         CurrentView current);

  http::Response handle(const http::Request& request);

 private:
  http::Response get(const http::Request& request);
  http::Response post(const http::Request& request);
  Result<void> command(const http::Request& request);
  Result<void> finish(const json::ObjectReader& body);
  Result<void> scan(const json::ObjectReader& body);
  Result<void> tally_command(std::string_view name, const json::ObjectReader& body);
  http::Response picture(const http::Request& request) const;
  http::Response tally_picture(const http::Request& request) const;

  station::Station* station_;
  const election::Election* election_;
  const election::Station* polling_station_;
  CurrentView current_;
};

}  // namespace kiemphieu::web
