#include "tests/unit/sync/support/postgres.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace kiemphieu::test {
namespace {

namespace fs = std::filesystem;

fs::path programs() {
  for (const auto& version : fs::directory_iterator{"/usr/lib/postgresql"})
    if (fs::exists(version.path() / "bin/initdb")) return version.path() / "bin";
  throw std::runtime_error("no PostgreSQL; run scripts/setup");
}

class Server {
 public:
  Server() {
    std::string pattern = "/tmp/kp-postgres-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    if (::geteuid() == 0) fs::permissions(folder_, fs::perms::all);  // the server refuses to be root
    run("initdb -D " + (folder_ / "data").string() + " -A trust -U kiemphieu -E UTF8 --locale=C.UTF-8 --no-sync");
    start();
  }
  ~Server() {
    stop("immediate");
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start() {
    run("pg_ctl -w -D " + (folder_ / "data").string() + " -l " + (folder_ / "log").string() +
        " -o \"-c listen_addresses='' -c unix_socket_directories=" + folder_.string() + " -c max_connections=60\" start");
  }
  void stop(const std::string& how) { run("pg_ctl -w -D " + (folder_ / "data").string() + " -m " + how + " stop"); }

  std::string new_database() {
    const std::string name = "test" + std::to_string(++databases_);
    run("createdb -h " + folder_.string() + " -U kiemphieu " + name);
    return "host=" + folder_.string() + " user=kiemphieu dbname=" + name;
  }

 private:
  void run(const std::string& command) {
    const std::string as = ::geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : "";
    const std::string line = "cd " + folder_.string() + " && " + as + (programs() / command).string() +
                             " > /dev/null 2>> " + (folder_ / "errors").string();
    if (std::system(line.c_str()) != 0) throw std::runtime_error("failed: " + line);
  }

  fs::path folder_;
  int databases_ = 0;
};

Server& server() {
  static Server only;
  return only;
}

}  // namespace

std::string new_postgres_database() { return server().new_database(); }

void crash_postgres() {
  server().stop("immediate");
  server().start();
}

}  // namespace kiemphieu::test
