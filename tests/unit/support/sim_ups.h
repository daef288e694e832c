#pragma once
/// A UPS that a file plays: NUT's dummy-ups behind a real upsd on loopback. Where
/// NUT is not installed, made() is false, and the test says that it was skipped.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/support/temp_folder.h"

namespace kiemphieu::test {

class SimUps {
 public:
  SimUps() {
    if (!std::filesystem::exists("/lib/nut/dummy-ups") || !std::filesystem::exists("/lib/nut/upsd")) {
      MESSAGE("skipped: NUT is not installed");
      return;
    }
    port_ = free_port();
    write("ups.conf", "[sim]\n  driver = dummy-ups\n  port = sim.dev\n  mode = dummy-once\n");
    write("upsd.conf", "LISTEN 127.0.0.1 " + std::to_string(port_) + "\nMAXAGE 5\n");
    write("upsd.users", "");
    ::chmod((folder_ / "upsd.users").c_str(), 0600);
    ::setenv("NUT_CONFPATH", folder_.path().c_str(), 1);
    ::setenv("NUT_STATEPATH", folder_.path().c_str(), 1);
    says("OL", 100, 900);
    start_driver();
    start_server();
    made_ = true;
  }
  ~SimUps() {
    stop(server_);
    stop(driver_);
  }
  SimUps(const SimUps&) = delete;
  SimUps& operator=(const SimUps&) = delete;

  bool made() const { return made_; }
  std::string name() const { return "sim@127.0.0.1:" + std::to_string(port_); }
  /// The driver sees it within two seconds.
  void says(const std::string& status, int charge, int runtime_s) const {
    write("sim.dev", "ups.status: " + status + "\nbattery.charge: " + std::to_string(charge) +
                         "\nbattery.runtime: " + std::to_string(runtime_s) + "\n");
  }
  void start_server() { server_ = spawn({"/lib/nut/upsd", "-F", "-u", user()}); }
  void stop_server() { stop(server_); }
  void start_driver() { driver_ = spawn({"/lib/nut/dummy-ups", "-a", "sim", "-F", "-u", user()}); }
  void stop_driver() { stop(driver_); }

 private:
  void write(const std::string& name, const std::string& text) const {
    const auto made = folder_ / (name + ".new");
    std::ofstream{made} << text;
    std::filesystem::rename(made, folder_ / name);
  }
  static pid_t spawn(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    REQUIRE(::posix_spawn(&child, arguments[0], &quiet, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&quiet);
    return child;
  }
  static std::string user() { return ::getpwuid(::geteuid())->pw_name; }
  static void stop(pid_t& child) {
    if (child == 0) return;
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
    child = 0;
  }
  static int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(socket);
    return ntohs(address.sin_port);
  }

  TempFolder folder_;
  int port_ = 0;
  pid_t server_ = 0, driver_ = 0;
  bool made_ = false;
};

}  // namespace kiemphieu::test
