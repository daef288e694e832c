#pragma once
/// The subcommands of `kiemphieu`, each a plain function from its options to an
/// exit code: 0 done, 1 the thing asked about is not so, 2 unusable arguments or
/// input (one line on stderr says what, where, what to do).

#include <filesystem>
#include <string>
#include <vector>

#include "config/base/error.h"
#include "config/station/settings.h"

namespace kiemphieu::cli {

inline constexpr int kDone = 0;
inline constexpr int kNotSo = 1;
inline constexpr int kUnusable = 2;

/// One line on stderr: the code's sentence in both languages and the evidence.
/// Returns kUnusable.
int refuse(const Error& error);

struct FormsOptions {
  std::filesystem::path election, out;
  std::string station;
  bool machine_marks = false;
  bool test_deck = false;
};
int run_forms(const FormsOptions& options);

/// Writes C.template.json, C.reference.png and C.learned.png, for a person to confirm.
struct TemplateLearnOptions {
  std::filesystem::path election, out;
  std::string contest;
  bool json = false;
  std::vector<std::filesystem::path> scans;
};
int run_template_learn(const TemplateLearnOptions& options);

struct ReadOptions {
  std::filesystem::path election, templates;
  std::string station, contest;
  unsigned jobs = 1;
  bool json = false;
  std::vector<std::filesystem::path> images;
};
int run_read(const ReadOptions& options);

struct JournalOptions {
  std::filesystem::path folder, election, out, templates;
  unsigned jobs = 1;
  bool json = false;
};
int run_journal_verify(const JournalOptions& options);
int run_journal_totals(const JournalOptions& options);
int run_journal_export(const JournalOptions& options);
/// Reads the stored pictures again and prints every difference to the journal.
int run_journal_replay(const JournalOptions& options);

struct SelftestOptions {
  std::filesystem::path config, deck, page;
  bool json = false;
};
int run_selftest(const SelftestOptions& options);

struct KeyOptions {
  std::filesystem::path data, config;
  settings::KeySettings key;  ///< from the command line; not together with `config`
};
/// Makes the station's signing key when there is none, in its data folder or in
/// a token, and prints its public half, which the committee registers.
int run_key(const KeyOptions& options);

/// Prepares a mirror for the station of `config` and prints the code for the head's envelope.
struct MirrorOptions {
  std::filesystem::path config, root;
};
int run_mirror_prepare(const MirrorOptions& options);

/// The committee's certificate authority and its register of machines (docs/enrolment.md).
struct CaOptions {
  std::filesystem::path folder;
  std::string name, station, key, reason;
  std::vector<std::string> hosts;
  int days = 0;
  bool spare = false, replace = false, json = false;
};
int run_ca_init(const CaOptions& options);
int run_ca_server(const CaOptions& options);
int run_ca_code(const CaOptions& options);
int run_ca_list(const CaOptions& options);
int run_ca_audit(const CaOptions& options);
int run_ca_revoke(const CaOptions& options);

/// Gets this machine's certificate with a code from the committee.
struct EnrolOptions {
  std::string committee, station, code;
  std::filesystem::path election, data, tls;
  settings::KeySettings key;
  bool json = false;
};
int run_enrol(const EnrolOptions& options);

/// The people at this station (docs/roles.md). The PIN comes from standard input, or
/// from the terminal without echo; never from the command line.
struct TeamOptions {
  std::filesystem::path folder;
  int number = 0;
  std::string role;
  bool json = false;
};
int run_team_set(const TeamOptions& options);
int run_team_list(const TeamOptions& options);
int run_team_remove(const TeamOptions& options);

/// A station's records on a stick (docs/formats/bundle.md).
struct BundleOptions {
  std::filesystem::path folder, out, committee;
  std::uint64_t since = 1;  ///< the first record's sequence
  std::string to;           ///< the committee's operator interface: "http://127.0.0.1:8081"
  bool json = false;
  std::vector<std::filesystem::path> files;
};
int run_bundle_write(const BundleOptions& options);
int run_bundle_read(const BundleOptions& options);
int run_bundle_send(const BundleOptions& options);

/// A station's results as QR codes (docs/formats/codes.md).
struct CodesOptions {
  std::filesystem::path folder, election, out;
  bool all = false;  ///< every record and not the results alone
  bool json = false;
  std::vector<std::filesystem::path> files;  ///< pictures, or texts that a telephone read
};
int run_codes_write(const CodesOptions& options);
int run_codes_read(const CodesOptions& options);

/// The error table as docs/errors.md.
int run_errors();

}  // namespace kiemphieu::cli
