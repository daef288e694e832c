// What nobody who scans can do without: decodes each picture, and writes its file durably. Prints
// sheets a second; scripts/bench-station holds the whole station against it in the same run.
//
//   station_floor FOLDER PICTURE...     FOLDER: on the disk of the station's data
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "config/imaging/codec.h"
#include "config/storage/files.h"

using namespace kiemphieu;

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "station_floor FOLDER PICTURE...\n");
    return 2;
  }
  const std::filesystem::path folder{argv[1]};
  const auto start = std::chrono::steady_clock::now();
  for (int i = 2; i < argc; ++i) {
    const auto file = storage::read_file(argv[i], imaging::DecodeLimits{}.max_file_bytes);
    const auto picture = file ? imaging::decode(*file) : file.error();
    const auto written = picture ? storage::write_file_durably(folder / std::to_string(i), *file) : picture.error();
    if (!written) {
      fmt::print(stderr, "station_floor: {}: {}\n", argv[i], written.error().log_line());
      return 1;
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  fmt::print("{:.2f}\n", (argc - 2) / taken.count());
  return 0;
}
