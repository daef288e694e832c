// Faults are looked up before every sheet, so an edited script acts at once.
// Tested through libsane by tests/unit/scanner/test_simulator_*.cpp.
#include "scanner/simulator/paper_path.h"

#include <thread>

#include "config/storage/files.h"

namespace kiemphieu::simulator {
namespace {

constexpr std::string_view kHiddenSheet = "hidden";

bool strikes_at_open(FaultKind kind) { return kind == FaultKind::kAccessDenied; }
bool strikes_at_start(FaultKind kind) { return !strikes_at_open(kind) && kind != FaultKind::kPressButton; }

}  // namespace

PaperPath::PaperPath(Settings settings, folder::Stack stack, folder::LineLog log)
    : settings_(std::move(settings)), stack_(std::move(stack)), log_(std::move(log)) {
  for (const std::string& line : log_.lines()) {
    if (line == kHiddenSheet)
      ++hidden_;
    else
      ++spent_[line];
  }
}

Result<PaperPath> PaperPath::open(const Settings& settings) {
  std::error_code ignored;
  std::filesystem::create_directories(settings.state, ignored);
  KP_TRY(auto log, folder::LineLog::open(settings.state / "faults", folder::Durability::kProcess));
  KP_TRY(auto stack,
         folder::Stack::open({settings.pages, settings.state / "fed", folder::Durability::kProcess, {}}));
  PaperPath path{settings, std::move(stack), std::move(log)};
  KP_TRY_VOID(path.read_script());
  // A disconnect is met by a sheet first; from then on, until spent, the device is not there.
  const auto gone = [&](const Fault& fault) {
    return fault.kind == FaultKind::kDisconnect && (fault.stays || path.spent_.contains(fault.text));
  };
  if (const Fault* fault = path.due(gone)) {
    KP_TRY_VOID(path.spend(*fault));
    return fail(ErrorCode::kScannerDisconnected, fault->text);
  }
  if (const Fault* fault = path.due([](const Fault& f) { return strikes_at_open(f.kind); })) {
    KP_TRY_VOID(path.spend(*fault));
    return fail(ErrorCode::kScannerAccessDenied, fault->text);
  }
  return path;
}

Result<void> PaperPath::read_script() {
  if (settings_.script.empty()) return {};
  const auto bytes = storage::read_file(settings_.script, kMaxScriptBytes);
  if (!bytes) {
    script_ = {};
    return bytes.error().code == ErrorCode::kFileNotFound ? Result<void>{} : bytes.error();
  }
  KP_TRY(script_, parse_script(as_text(*bytes)));
  return {};
}

template <class Wanted>
const Fault* PaperPath::due(Wanted wanted) const {
  std::map<std::string, std::uint64_t> spent = spent_;
  for (const Fault& fault : script_.faults) {
    std::uint64_t& used = spent[fault.text];
    const bool is_spent = !fault.stays && used >= fault.times;
    if (!is_spent && fault.after <= counter() && wanted(fault)) return &fault;
    used -= std::min(used, fault.times);  // the same line may stand there twice
  }
  return nullptr;
}

Result<void> PaperPath::spend(const Fault& fault) {
  if (fault.stays) return {};
  KP_TRY_VOID(log_.append(fault.text));
  ++spent_[fault.text];
  return {};
}

Result<void> PaperPath::lose(const std::optional<folder::Sheet>& sheet) {
  return sheet ? stack_.take(*sheet) : Result<void>{};
}

void PaperPath::wait_for_rollers() {
  const auto pace = std::chrono::milliseconds{script_.ms_per_sheet};
  if (last_feed_)
    std::this_thread::sleep_until(*last_feed_ + pace);
  else
    std::this_thread::sleep_for(pace);
  last_feed_ = std::chrono::steady_clock::now();
}

Result<Fed> PaperPath::move_top_sheet(std::optional<Fault> fault) {
  KP_TRY(moving_, stack_.top());
  if (!moving_) return Fed{{}, FaultKind::kNoDocuments};
  auto paper = stack_.picture(*moving_);
  if (!paper) {
    moving_.reset();
    return std::move(paper).error();
  }
  if (paper->dpi <= 0) paper->dpi = settings_.dpi;
  return Fed{MovingSheet{*std::move(paper), std::move(fault)}, {}};
}

Result<Fed> PaperPath::feed(bool stop_on_double_feed) {
  KP_CHECK(!moving_);
  KP_TRY_VOID(read_script());
  cover_open_ = double_feed_ = false;
  const Fault* fault = due([](const Fault& f) { return strikes_at_start(f.kind); });
  if (fault != nullptr && fault->kind == FaultKind::kBusy) {
    KP_TRY_VOID(spend(*fault));
    return Fed{{}, FaultKind::kBusy};
  }
  wait_for_rollers();
  if (fault == nullptr) return move_top_sheet({});
  const Fault struck = *fault;
  // An empty hopper cannot jam; the fault waits for paper.
  KP_TRY(const bool loaded, page_loaded());
  if (!loaded && struck.kind != FaultKind::kCoverOpen && struck.kind != FaultKind::kDisconnect)
    return move_top_sheet({});
  KP_TRY_VOID(spend(struck));
  if (struck.mid_page || struck.kind == FaultKind::kShortPage) return move_top_sheet(struck);
  return strike_before_page(struck, stop_on_double_feed);
}

Result<Fed> PaperPath::strike_before_page(const Fault& fault, bool stop_on_double_feed) {
  cover_open_ =
      fault.kind == FaultKind::kCoverOpen && !fault.stays;  // a standing one is read from the script
  if (fault.kind == FaultKind::kDoubleFeed) {
    KP_TRY(const auto second, stack_.second());
    if (!stop_on_double_feed) {
      KP_TRY(auto fed, move_top_sheet({}));
      under_moving_ = second;
      return fed;
    }
    double_feed_ = true;
    if (fault.lost) KP_TRY_VOID(lose(second));
  }
  if (fault.lost) {
    KP_TRY(const auto top, stack_.top());
    KP_TRY_VOID(lose(top));
  }
  return Fed{{}, fault.kind};
}

Result<Fed> PaperPath::look() {
  KP_TRY(auto fed, move_top_sheet({}));
  moving_.reset();
  return fed;
}

Result<void> PaperPath::land() {
  if (!moving_) return {};
  KP_TRY_VOID(stack_.take(*moving_));
  moving_.reset();
  if (!under_moving_) return {};
  KP_TRY_VOID(stack_.take(*under_moving_));
  under_moving_.reset();
  KP_TRY_VOID(log_.append(kHiddenSheet));
  ++hidden_;
  return {};
}

Result<void> PaperPath::strike(const Fault& fault) {
  cover_open_ =
      fault.kind == FaultKind::kCoverOpen && !fault.stays;  // a standing one is read from the script
  double_feed_ = fault.kind == FaultKind::kDoubleFeed;
  if (fault.lost) KP_TRY_VOID(lose(moving_));
  moving_.reset();
  under_moving_.reset();
  return {};
}

Result<void> PaperPath::throw_out() {
  KP_TRY_VOID(lose(moving_));
  moving_.reset();
  KP_TRY_VOID(lose(under_moving_));
  under_moving_.reset();
  return {};
}

Result<bool> PaperPath::page_loaded() {
  KP_TRY(const auto top, stack_.top());
  return top.has_value();
}

Result<bool> PaperPath::cover_open() {
  KP_TRY_VOID(read_script());
  const auto stands_open = [](const Fault& f) { return f.kind == FaultKind::kCoverOpen && f.stays; };
  return cover_open_ || due(stands_open) != nullptr;
}

Result<bool> PaperPath::take_button_press() {
  KP_TRY_VOID(read_script());
  const Fault* press = due([](const Fault& f) { return f.kind == FaultKind::kPressButton; });
  if (press == nullptr) return false;
  KP_TRY_VOID(spend(*press));
  return true;
}

}  // namespace kiemphieu::simulator
