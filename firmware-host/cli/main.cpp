/// kiemphieu: the technician's and auditor's tool. Parses the command line; the
/// work is in the commands.

#include <CLI/CLI.hpp>
#include <functional>
#include <thread>

#include "firmware-host/cli/commands.h"
#include "firmware-host/station/version.h"
#include "firmware-host/team/team.h"
#include "scanner/worker/source.h"

namespace {

using namespace kiemphieu;

struct AllOptions {
  cli::FormsOptions forms;
  cli::TemplateLearnOptions learn;
  cli::ReadOptions read;
  cli::JournalOptions journal;
  cli::SelftestOptions selftest;
  cli::MirrorOptions mirror;
  cli::KeyOptions key;
  cli::CaOptions ca;
  cli::EnrolOptions enrol;
  cli::TeamOptions team;
  cli::BundleOptions bundle;
  cli::CodesOptions codes;
};

using Chosen = std::function<int()>;

void add_forms(CLI::App& app, cli::FormsOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("forms", "Print a station's ballots, batch headers and tally sheets as PDF");
  command->add_option("--election", options.election, "election definition (JSON)")->required();
  command->add_option("--station", options.station, "id of the polling station")->required();
  command->add_option("--out", options.out, "folder for the files")->required();
  command->add_flag("--machine-marks", options.machine_marks, "add corner marks and a QR code");
  command->add_flag("--test-deck", options.test_deck, "also print the known-answer deck for the self-test");
  command->callback([&] { chosen = [&options] { return cli::run_forms(options); }; });
}

void add_template(CLI::App& app, cli::TemplateLearnOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("template", "Templates of ballots that somebody else printed");
  command->require_subcommand(1);
  CLI::App* learn = command->add_subcommand("learn", "Make a contest's template from scans of its blank ballot");
  learn->add_option("--election", options.election, "election definition (JSON)")->required();
  learn->add_option("--contest", options.contest, "id of the contest")->required();
  learn->add_option("--out", options.out, "folder for the files")->required();
  learn->add_flag("--json", options.json, "machine-readable summary");
  learn->add_option("BLANK_SCAN", options.scans, "JPEG, PNG, PNM or TIFF files, one or a few")->required();
  learn->callback([&] { chosen = [&options] { return cli::run_template_learn(options); }; });
}

void add_read(CLI::App& app, cli::ReadOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("read", "Read scanned ballots from image files");
  command->add_option("--election", options.election, "election definition (JSON)")->required();
  command->add_option("--station", options.station, "id of the polling station")->required();
  command->add_option("--templates", options.templates, "folder of *.template.json")->required();
  command->add_option("--contest", options.contest, "the pile's contest");
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("--jobs", options.jobs, "threads")->check(CLI::Range(1U, 64U))->capture_default_str();
  command->add_flag("--json", options.json, "one JSON object a line and image");
  command->add_option("IMAGE", options.images, "JPEG, PNG, PNM or TIFF files")->required();
  command->callback([&] { chosen = [&options] { return cli::run_read(options); }; });
}

void add_journal(CLI::App& app, cli::JournalOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("journal", "Check, sum up or export a station's journal");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const cli::JournalOptions&)) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("DIR", options.folder, "the station's data folder")->required();
    sub->add_option("--election", options.election, "election definition; default: DIR/election.json");
    sub->add_flag("--json", options.json, "machine-readable output");
    sub->callback([&chosen, &options, run] { chosen = [&options, run] { return run(options); }; });
    return sub;
  };
  add("verify", "Every digest, signature, image and total", &cli::run_journal_verify);
  add("totals", "The totals of every contest", &cli::run_journal_totals);
  add("export", "Totals and shuffled ballot records, without order or time", &cli::run_journal_export)
      ->add_option("--out", options.out, "folder for the files; default: DIR/export");
  CLI::App* replay = add("replay", "Read the stored pictures again and report every difference", &cli::run_journal_replay);
  replay->add_option("--templates", options.templates, "folder of *.template.json; default: DIR/templates");
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  replay->add_option("--jobs", options.jobs, "threads")->check(CLI::Range(1U, 64U))->capture_default_str();
}

/// Where a station's key lives when it is in a token.
CLI::Option* add_token(CLI::App* command, settings::KeySettings& key) {
  CLI::Option* module = command->add_option("--pkcs11-module", key.pkcs11_module, "the token's PKCS#11 module");
  const auto with_module = [&](const char* name, auto& value, const char* help) {
    CLI::Option* option = command->add_option(name, value, help)->needs(module);
    module->needs(option);
  };
  with_module("--token-label", key.token_label, "the token's label");
  with_module("--key-label", key.key_label, "the key's label: kiemphieu-STATION");
  with_module("--pin-file", key.pin_file, "file with the token's PIN, readable by its owner alone");
  return module;
}

void add_key(CLI::App& app, cli::KeyOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("key", "Make this station's signing key if needed and print its public half");
  command->add_option("DIR", options.data, "the station's data folder; default: the one of --config");
  CLI::Option* config = command->add_option("--config", options.config, "the station's settings: where its key lives");
  add_token(command, options.key)->excludes(config);
  command->callback([&] { chosen = [&options] { return cli::run_key(options); }; });
}

/// 0 days: the command's own default.
void add_ca(CLI::App& app, cli::CaOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("ca", "The committee's certificate authority: machines enrolled and revoked");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const cli::CaOptions&)) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("DIR", options.folder, "the authority's folder ([enrol] authority in committee.toml)")->required();
    sub->callback([&chosen, &options, run] { chosen = [&options, run] { return run(options); }; });
    return sub;
  };
  const auto with_days = [&](CLI::App* sub, const char* help) {
    sub->add_option("--days", options.days, help)->check(CLI::Range(1, 3'650));
  };
  const auto with_station = [&](CLI::App* sub) {
    sub->add_option("--station", options.station, "id of the polling station")->required();
  };
  const auto with_json = [&](CLI::App* sub) { sub->add_flag("--json", options.json, "machine-readable output"); };
  CLI::App* init = add("init", "Make the authority: ca.key and ca.pem; nothing is ever overwritten", &cli::run_ca_init);
  init->add_option("--name", options.name, "whose it is: \"Ủy ban bầu cử tỉnh …\"")->required();
  with_days(init, "validity; default 400");
  CLI::App* server = add("server", "Issue the committee's server certificate: server.pem, server.key", &cli::run_ca_server);
  server->add_option("--host", options.hosts, "DNS names or IP addresses under which stations reach it")->required();
  server->add_flag("--replace", options.replace, "issue anew over server.pem; the key stays");
  with_days(server, "validity; default 400, never longer than the authority's");
  CLI::App* code = add("code", "Print a one-time code with which a machine is enrolled", &cli::run_ca_code);
  with_station(code);
  code->add_flag("--spare", options.spare, "for a spare machine that may take the station over");
  with_days(code, "until the code expires; default 7");
  with_json(code);
  with_json(add("list", "Machines, certificates and open codes", &cli::run_ca_list));
  with_json(add("audit", "Every act: when, what, who, why", &cli::run_ca_audit));
  CLI::App* revoke = add("revoke", "Revoke a lost machine: its key and certificate count no more", &cli::run_ca_revoke);
  with_station(revoke);
  revoke->add_option("--reason", options.reason, "why, for the register")->required();
  revoke->add_option("--key", options.key, "beginning of the machine's public key, when the station has several");
  with_json(revoke);
}

void add_enrol(CLI::App& app, cli::EnrolOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("enrol", "Get this machine's certificate with a code from the committee");
  command->add_option("--committee", options.committee, "https://host:port of the committee's [enrol] listener")->required();
  command->add_option("--station", options.station, "id of the polling station")->required();
  command->add_option("--code", options.code, "the code on the committee's slip")->required();
  command->add_option("--election", options.election, "election definition (JSON)")->required();
  command->add_option("--data", options.data, "the station's data folder: its signing key lives there")->required();
  command->add_option("--tls", options.tls, "folder for ca.pem and the certificate; the station must be able to write there")->required();
  command->add_flag("--json", options.json, "machine-readable output");
  add_token(command, options.key);
  command->callback([&] { chosen = [&options] { return cli::run_enrol(options); }; });
}

void add_mirror(CLI::App& app, cli::MirrorOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("mirror", "The second medium that a spare machine can go on from");
  command->require_subcommand(1);
  CLI::App* prepare = command->add_subcommand("prepare", "Make a medium this station's mirror and print its take-over code");
  options.config = "/etc/kiemphieu/station.toml";
  prepare->add_option("--config", options.config, "the station's settings")->capture_default_str();
  prepare->add_option("FOLDER", options.root, "where the medium is mounted")->required();
  prepare->callback([&] { chosen = [&options] { return cli::run_mirror_prepare(options); }; });
}

void add_team(CLI::App& app, cli::TeamOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("team", "The people at this station: numbers, roles, PINs");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const cli::TeamOptions&)) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("DIR", options.folder, "the station's data folder")->required();
    sub->add_flag("--json", options.json, "machine-readable output");
    sub->callback([&chosen, &options, run] { chosen = [&options, run] { return run(options); }; });
    return sub;
  };
  const auto add_number = [&](CLI::App* sub) {
    sub->add_option("--number", options.number, "number in the polling team's list")
        ->required()
        ->check(CLI::Range(1, team::kMaxNumber));
  };
  add("list", "Numbers and roles", &cli::run_team_list);
  CLI::App* set = add("set", "Set one person; the PIN is read from standard input", &cli::run_team_set);
  add_number(set);
  set->add_option("--role", options.role, "head, secretary, member or technician")->required();
  add_number(add("remove", "Take one person off the list", &cli::run_team_remove));
}

void add_bundle(CLI::App& app, cli::BundleOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("bundle", "A station's records on a stick: write, look over, bring to the committee");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const cli::BundleOptions&)) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_flag("--json", options.json, "machine-readable output");
    sub->callback([&chosen, &options, run] { chosen = [&options, run] { return run(options); }; });
    return sub;
  };
  CLI::App* write = add("write", "All records for the committee as one file; also while the station runs", &cli::run_bundle_write);
  write->add_option("DATA_DIR", options.folder, "the station's data folder")->required();
  write->add_option("--out", options.out, "the file: NAME.kpb")->required();
  write->add_option("--since", options.since, "begin at this record")->check(CLI::Range(1ULL, 1ULL << 62U))->capture_default_str();
  CLI::App* read = add("read", "Whether a bundle is whole, and what is in it", &cli::run_bundle_read);
  read->add_option("FILE", options.files, "the bundle")->required()->expected(1);
  read->add_option("--committee", options.committee, "committee.toml: check every signature by its keys");
  CLI::App* send = add("send", "Give bundles or parcels to the committee's program on this machine", &cli::run_bundle_send);
  send->add_option("FILE", options.files, "bundles, or parcels of `codes read --out`")->required();
  send->add_option("--to", options.to, "its page: http://127.0.0.1:PORT")->required();
}

void add_codes(CLI::App& app, cli::CodesOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("codes", "A station's results as QR codes: print, read from pictures or text");
  command->require_subcommand(1);
  CLI::App* write = command->add_subcommand("write", "Print the results as QR codes on A4; also while the station runs");
  write->add_option("DATA_DIR", options.folder, "the station's data folder")->required();
  write->add_option("--out", options.out, "the PDF")->required();
  write->add_option("--election", options.election, "election definition; default: DATA_DIR/election.json");
  write->add_option_function<std::string>("--records", [&options](const std::string& which) { options.all = which == "all"; },
                                          "result: what is settled (default); all: every record")
      ->check(CLI::IsMember({"result", "all"}));
  write->callback([&] { chosen = [&options] { return cli::run_codes_write(options); }; });
  CLI::App* read = command->add_subcommand("read", "Read codes from pictures or text files, and say what is missing");
  read->add_option("FILE", options.files, "JPEG, PNG, PNM, TIFF, or text")->required();
  read->add_option("--out", options.out, "write the parcel, for `bundle send`");
  read->callback([&] { chosen = [&options] { return cli::run_codes_read(options); }; });
  for (CLI::App* sub : {write, read}) sub->add_flag("--json", options.json, "machine-readable output");
}

void add_selftest(CLI::App& app, cli::SelftestOptions& options, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("selftest", "Check this station before election day");
  options.config = "/etc/kiemphieu/station.toml";
  command->add_option("--config", options.config, "the station's settings")->capture_default_str();
  command->add_option("--deck", options.deck, "folder with test-deck.json: scan the printed test deck and compare");
  command->add_option("--page", options.page, "write the result as a page in Vietnamese");
  command->add_flag("--json", options.json, "machine-readable output");
  command->callback([&] { chosen = [&options] { return cli::run_selftest(options); }; });
}

}  // namespace

int main(int argc, char** argv) {
  if (worker::is_worker(argc, argv)) return worker::worker_main(argc, argv);  // the self-test's scanner
  CLI::App app{"Kiểm Phiếu: công cụ cho kỹ thuật viên (technician's tool)"};
  app.set_version_flag("--version", std::string{station::kVersion});
  app.require_subcommand(1);
  AllOptions options;
  Chosen chosen;
  add_forms(app, options.forms, chosen);
  add_template(app, options.learn, chosen);
  add_read(app, options.read, chosen);
  add_journal(app, options.journal, chosen);
  add_key(app, options.key, chosen);
  add_ca(app, options.ca, chosen);
  add_enrol(app, options.enrol, chosen);
  add_mirror(app, options.mirror, chosen);
  add_team(app, options.team, chosen);
  add_bundle(app, options.bundle, chosen);
  add_codes(app, options.codes, chosen);
  add_selftest(app, options.selftest, chosen);
  app.add_subcommand("errors", "Print every error code with its sentences")->callback([&] { chosen = cli::run_errors; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? cli::kDone : cli::kUnusable;
  }
  return chosen();
}
