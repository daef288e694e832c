#pragma once
/// The single checks of the self-test. Each returns a filled Check and leaves
/// nothing behind.

#include <filesystem>
#include <vector>

#include "config/election/election.h"
#include "firmware-host/selftest/selftest.h"
#include "scanner/feed/sheet_source.h"
#include "tally/reading/reader.h"

namespace kiemphieu::selftest {

Check pass(std::string id, std::string title_vi, std::string found_vi, std::string found_en);
Check fail_with(std::string id, std::string title_vi, const Error& error);

/// Space for every voter's every ballot and a reserve.
Check check_disk_space(const std::filesystem::path& data, const election::Station& station);
/// The disk really keeps what fsync says it keeps, as far as a program can tell.
Check check_fsync(const std::filesystem::path& data);
/// The clock is a label only; but a wrong one puts a wrong hour on the minutes.
Check check_clock(const election::Election& election, std::int64_t now_unix_s);
/// The UPS answers, and the mains are on.
Check check_power(const settings::PowerSettings& settings);
/// The station's key is where the settings say, signs, and nobody else can read it.
Check check_key(const settings::StationSettings& settings);
Check check_certificates(const settings::PushSettings& push, std::int64_t now_unix_s);
Check check_committee(const settings::StationSettings& settings);
/// A trial journal in a scratch folder is written, verified, changed by one bit
/// and found out; then the station's own journal, if there is one, is verified.
Check check_journal(const std::filesystem::path& data, const election::Election& election, const std::string& station);
/// The people at the station: a warning when no PINs are set, or when those on the
/// list could not decide or seal.
Check check_team(const std::filesystem::path& data, const election::Station& station);
Check check_scanner(feed::SheetSource& source);
/// Scans the printed test deck and compares every sheet with its known answer.
/// `templates` are the station's; the deck's printed warnings are looked past.
Check check_deck(feed::SheetSource& source, std::vector<forms::Template> templates,
                 const election::Election& election, const std::filesystem::path& deck);

}  // namespace kiemphieu::selftest
