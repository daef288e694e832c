#include "tests/accuracy/press.h"

#include <cstdio>
#include <cstdlib>

namespace kiemphieu::accuracy {
namespace {

template <class T>
T must(Result<T> result, std::string_view of = {}) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "accuracy: %s %s\n", std::string(of).c_str(), result.error().log_line().c_str());
  std::abort();
}

/// nullptr: the reader cannot work with this print.
std::unique_ptr<Shop> open_shop(const election::Election& election, const forge::PrintJob& job, int dpi) {
  auto shop = std::make_unique<Shop>();
  shop->job = job;
  std::vector<forms::Template> templates;
  for (const election::Contest& contest : election.contests) {
    const forge::Typeset set = must(forge::typeset(election, contest, job, dpi), job.name);
    shop->forges.push_back(std::make_unique<forge::BallotForge>(set, job));
    templates.push_back(set.form);
  }
  auto reader = reading::Reader::create(std::move(templates));
  if (!reader) return nullptr;
  shop->reader = std::make_unique<reading::Reader>(*std::move(reader));
  return shop;
}

}  // namespace

Press::Press() : election_(must(election::load("config/examples/election.json"))) {}

const Shop* Press::shop(std::size_t index, int dpi) {
  const std::lock_guard lock{mutex_};
  const int key = static_cast<int>(index) * 1000 + dpi;
  for (const auto& [known, shop] : shops_)
    if (known == key) return shop.get();
  shops_.emplace_back(key, open_shop(election_, forge::print_jobs()[index], dpi));
  return shops_.back().second.get();
}

}  // namespace kiemphieu::accuracy
