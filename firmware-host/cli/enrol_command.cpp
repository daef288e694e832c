#include "sync/push/enrolment.h"

#include <fmt/format.h>

#include "config/base/clock.h"
#include "config/election/election.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/station/parts.h"

namespace kiemphieu::cli {
namespace {

struct Done {
  push::Enrolled files;
  crypto::PublicKey public_key;
};

Result<Done> enrol_machine(const EnrolOptions& options) {
  // The code first: a slip of the finger costs no key and no try at the committee.
  KP_TRY(const enrol::Code code, enrol::Code::parse(options.code));
  KP_TRY(const election::Election election, election::load(options.election));
  if (election.find_station(options.station) == nullptr) return fail(ErrorCode::kUnknownStation, options.station);
  KP_TRY_VOID(storage::create_folders_durably(options.data));
  KP_TRY(const crypto::SigningKey key, station::make_key(options.key, options.data));
  KP_TRY(push::Enrolled files, push::enrol({options.committee, options.station, code, election.digest, options.tls}, key));
  return Done{std::move(files), key.public_key()};
}

void print_settings(const EnrolOptions& options, const Done& done) {
  fmt::print(stderr,
             "Đã ghi danh máy của {0}; chứng thư có hạn đến {1}. Chép vào station.toml, thay CỔNG bằng cổng nhận của Ủy ban bầu cử:\n"
             "Enrolled for {0}; the certificate is valid until {1}. Put this into station.toml, with the committee's receive port:\n",
             options.station, rfc3339_utc(done.files.about.not_after_unix_s));
  const std::string host = options.committee.substr(0, options.committee.rfind(':'));
  fmt::print("[push]\nurl = \"{}:CỔNG\"\n\n[push.tls]\nca = \"{}\"\ncertificate = \"{}\"\nkey = \"{}\"\n", host,
             std::filesystem::absolute(done.files.ca).string(), std::filesystem::absolute(done.files.certificate).string(),
             std::filesystem::absolute(done.files.key).string());
}

}  // namespace

int run_enrol(const EnrolOptions& options) {
  const auto done = enrol_machine(options);
  if (!done) return refuse(done.error());
  if (!options.json) {
    print_settings(options, *done);
    return kDone;
  }
  const json::OrderedJson object{{"station", options.station},
                                 {"public_key", done->public_key.hex()},
                                 {"ca", done->files.ca.string()},
                                 {"certificate", done->files.certificate.string()},
                                 {"key", done->files.key.string()},
                                 {"until", rfc3339_utc(done->files.about.not_after_unix_s)}};
  fmt::print("{}\n", object.dump());
  return kDone;
}

}  // namespace kiemphieu::cli
