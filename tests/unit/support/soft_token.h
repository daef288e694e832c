#pragma once
/// A PKCS#11 token in software (SoftHSM) in a folder of its own. Where SoftHSM
/// is not installed made() is false, and the test says that it was skipped.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/crypto/token_key.h"
#include "tests/unit/support/temp_folder.h"

namespace kiemphieu::test {

class SoftToken {
 public:
  static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
  static constexpr const char* kPin = "246810";

  SoftToken() {
    std::filesystem::create_directory(tokens());
    std::ofstream{conf()} << "directories.tokendir = " << tokens().string()
                          << "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n";
    ::setenv("SOFTHSM2_CONF", conf().c_str(), 1);
    write_pin(kPin);
    made_ = std::filesystem::exists(kModule) && add_token("station");
    if (!made_) MESSAGE("skipped: SoftHSM is not installed");
  }
  bool made() const { return made_; }
  bool add_token(const std::string& label) const {
    const std::string command = "softhsm2-util --init-token --free --label " + label + " --pin " + kPin +
                                " --so-pin 13579135 >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }

  crypto::TokenPlace place() const { return {kModule, "station", "kiemphieu-dl-01", folder_ / "pin"}; }
  /// What pulling the token out leaves: nothing. The second call puts it back.
  void pull() const { std::filesystem::rename(tokens(), folder_ / "pulled"); }
  void put_back() const { std::filesystem::rename(folder_ / "pulled", tokens()); }
  void write_pin(const std::string& pin, unsigned mode = 0600) const {
    std::ofstream{folder_ / "pin"} << pin << '\n';
    std::filesystem::permissions(folder_ / "pin", static_cast<std::filesystem::perms>(mode));
  }
  const TempFolder& folder() const { return folder_; }

 private:
  std::filesystem::path tokens() const { return folder_ / "tokens"; }
  std::filesystem::path conf() const { return folder_ / "softhsm2.conf"; }
  TempFolder folder_;
  bool made_ = false;
};

}  // namespace kiemphieu::test
