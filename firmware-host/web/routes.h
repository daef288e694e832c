#pragma once
/// The station's HTTP interface: plain functions from Request to Response, for
/// the page on loopback. Described in docs/formats/station-openapi.yaml.
///
/// Commands are POST with JSON and change nothing unless they answer 200; a
/// refusal answers 409 (not allowed now), 400 (bad input), 422 (figures that cannot be)
/// or 503 (scanner, disk)
/// with the error's code and sentences. Where the station has a list of its team, a command
/// needs a session (401) of a role that may give it (403; firmware-host/team/permissions.h).
/// Requests from pages of other origins are
/// refused: commands need content-type application/json, and Host must be local.

#include <functional>
#include <string>

#include "config/election/election.h"
#include "firmware-host/station/station.h"
#include "firmware-host/team/people.h"
#include "firmware-host/web/code_pictures.h"
#include "sync/http/server.h"

namespace kiemphieu::json {
class ObjectReader;
}

namespace kiemphieu::web {

class Routes {
 public:
  /// The view with what the pusher knows at this moment.
  using CurrentView = std::function<station::View()>;
  /// All references, and `people` unless it is null, must outlive the Routes. Null: a
  /// station that never asks who commands. `data`: the folder whose outbox the result codes are of.
  Routes(station::Station& station, const election::Election& election, const election::Station& polling_station,
         CurrentView current, team::People* people = nullptr, std::filesystem::path data = {});

  http::Response handle(const http::Request& request);

 private:
  http::Response get(const http::Request& request);
  http::Response post(const http::Request& request);
  http::Response sign_in(const http::Request& request);
  http::Response sign_out(const http::Request& request);
  /// The state with who is signed in at the browser with this session.
  http::Response state_for(std::string_view token);
  Result<void> command(const http::Request& request);
  Result<void> finish(const json::ObjectReader& body);
  /// Who gives the command `name`, if they may. Errors: kSignInNeeded, kRoleNotAllowed, kTeamUnusable.
  Result<team::Who> may_command(std::string_view token, std::string_view name, const json::ObjectReader& body);
  Result<void> scan(const json::ObjectReader& body);
  Result<void> lifecycle(const json::ObjectReader& body, team::Who who);
  Result<void> tally_command(std::string_view name, const json::ObjectReader& body, const team::Who& who);
  http::Response picture(const http::Request& request) const;
  http::Response tally_picture(const http::Request& request) const;

  station::Station* station_;
  const election::Election* election_;
  const election::Station* polling_station_;
  CurrentView current_;
  team::People* people_;
  CodePictures codes_;
};

}  // namespace kiemphieu::web
