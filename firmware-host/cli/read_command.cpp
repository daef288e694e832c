#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "config/election/election.h"
#include "config/imaging/codec.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/cli/read_json.h"
#include "firmware-host/station/sheet_pipeline.h"

namespace kiemphieu::cli {
namespace {

/// Everything the workers share; read-only while they run.
struct Job {
  const election::Election& election;
  const election::Station& station;
  const reading::Reader& reader;
  const ReadOptions& options;
};

/// The lines of one image file, and whether all of it could be decoded.
struct FileOutput {
  std::string lines;
  std::string complaint;  ///< for stderr; empty: fine
  bool done = false;
};

std::int64_t elapsed_us(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - since).count();
}

PageResult read_page(const Job& job, const std::string& file, int page, const imaging::Image& image,
                     std::int64_t decode_us) {
  PageResult result{file, page, job.reader.read(image.view(), job.options.contest), {}, {}, decode_us, {}};
  if (result.reading.form == reading::Form::kTallySheet)
    result.tally_sheet = counting::judge_tally_sheet(job.election, job.station, result.reading);
  result.interpretation = counting::interpret(job.election, result.reading, job.options.contest);
  return result;
}

/// A page that cannot be decoded is returned, never guessed.
PageResult unreadable(const std::string& file, int page, const Error& error) {
  PageResult result;
  result.file = file;
  result.page = page;
  result.error_id = info(error.code).id;
  result.interpretation.reasons = {election::Reason::kUnreadable};
  return result;
}

FileOutput read_file(const Job& job, const std::filesystem::path& path) {
  FileOutput output;
  const auto print = [&](const PageResult& result) {
    output.lines += (job.options.json ? to_json_line(result) : to_text_line(result, job.election)) + "\n";
  };
  const auto complain = [&](int page, const Error& error) {
    print(unreadable(path.string(), page, error));
    if (output.complaint.empty())
      output.complaint = path.string() + ": " + operator_sentence(error, Language::kVietnamese) + " | " +
                         operator_sentence(error, Language::kEnglish) + " [" + error.log_line() + "]";
  };
  const auto bytes = storage::read_file(path, imaging::DecodeLimits{}.max_file_bytes);
  if (!bytes) return complain(1, bytes.error()), output;
  const auto pages = imaging::count_pages(*bytes);
  if (!pages) return complain(1, pages.error()), output;
  for (int page = 0; page < *pages; ++page) {
    const auto begin = std::chrono::steady_clock::now();
    const auto image = imaging::decode(*bytes, page);
    const std::int64_t decode_us = elapsed_us(begin);
    if (image)
      print(read_page(job, path.string(), page + 1, *image, decode_us));
    else
      complain(page + 1, image.error());
  }
  return output;
}

/// Workers take files in order; the caller's thread prints in order.
class OrderedRun {
 public:
  explicit OrderedRun(const Job& job) : job_(job), outputs_(job.options.images.size()) {}

  bool run() {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(1U, job_.options.jobs); ++i) workers.emplace_back([this] { work(); });
    bool all_fine = true;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const FileOutput output = take(i);
      std::fputs(output.lines.c_str(), stdout);
      if (!output.complaint.empty()) {
        all_fine = false;
        std::fprintf(stderr, "kiemphieu: %s\n", output.complaint.c_str());
      }
      show_progress(i + 1);
    }
    return all_fine;
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < outputs_.size(); i = next_++) {
      FileOutput output = read_file(job_, job_.options.images[i]);
      output.done = true;
      const std::lock_guard lock{mutex_};
      outputs_[i] = std::move(output);
      ready_.notify_one();
    }
  }
  FileOutput take(std::size_t i) {
    std::unique_lock lock{mutex_};
    ready_.wait(lock, [&] { return outputs_[i].done; });
    return std::move(outputs_[i]);
  }
  void show_progress(std::size_t done) const {
    if (outputs_.size() < 20 || ::isatty(STDERR_FILENO) == 0) return;
    std::fprintf(stderr, "\r%zu/%zu%s", done, outputs_.size(), done == outputs_.size() ? "\n" : "");
  }

  const Job& job_;
  std::vector<FileOutput> outputs_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable ready_;
};

}  // namespace

int run_read(const ReadOptions& options) {
  const auto election = election::load(options.election);
  if (!election) return refuse(election.error());
  const election::Station* station = election->find_station(options.station);
  if (station == nullptr) return refuse(fail(ErrorCode::kUnknownStation, options.station));
  if (!options.contest.empty() && !station->has_contest(options.contest))
    return refuse(fail(ErrorCode::kUnknownContest, options.contest));
  const auto reader = station::load_reader(options.templates, *election, *station);
  if (!reader) return refuse(reader.error());
  const Job job{*election, *station, *reader, options};
  return OrderedRun{job}.run() ? kDone : kUnusable;
}

}  // namespace kiemphieu::cli
