#include "sync/codes/parts.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "config/base/check.h"
#include "config/base/hex.h"
#include "config/crypto/sha256.h"
#include "sync/codes/base45.h"

namespace kiemphieu::codes {
namespace {

constexpr std::size_t kCheckBytes = 3;
constexpr std::size_t kMaxPartCharacters = (kMaxPartBytes + 1) / 2 * 3;

std::string upper_hex(ByteView bytes) {
  std::string hex = to_hex(bytes);
  for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return hex;
}

std::string digits_of_digest(ByteView parcel) {
  return upper_hex(ByteView{crypto::sha256(parcel).bytes}.first(kMaxDigestDigits / 2));
}

/// Over the head too: a part does not pass for its neighbour.
std::string check_of(std::string_view head, ByteView bytes) {
  Bytes all(as_bytes(head).begin(), as_bytes(head).end());
  all.insert(all.end(), bytes.begin(), bytes.end());
  return upper_hex(ByteView{crypto::sha256(all).bytes}.first(kCheckBytes));
}

/// "KIEMPHIEU1/2/5/0123456789ABCDEF/"
std::string head_of(const Part& part) {
  return std::string{kHead} + std::to_string(part.number) + "/" + std::to_string(part.of) + "/" + part.parcel + "/";
}

std::string text_of(const Part& part) {
  const std::string data = without_blanks(to_base45(part.bytes)), head = head_of(part);
  return head + std::to_string(data.size()) + "/" + check_of(head, part.bytes) + "/" + data;
}

/// Takes what is before the next slash from `rest`; "" when none comes soon.
std::string_view field(std::string_view& rest) {
  const std::size_t slash = rest.substr(0, kMaxDigestDigits + 1).find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view found = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  return found;
}

/// A number as we write it, from 1 to `max`; 0 for anything else.
std::uint32_t number(std::string_view text, std::size_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size() && text.front() != '0';
  return whole && value <= max ? value : 0;
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

/// The part at the beginning of `rest`, behind kHead; takes it from `rest` when it is whole.
std::optional<Part> take_part(std::string_view& rest) {
  std::string_view text = rest;
  Part part;
  part.number = number(field(text), kMaxParts);
  part.of = number(field(text), kMaxParts);
  part.parcel = field(text);
  const std::size_t characters = number(field(text), kMaxPartCharacters);
  const std::string_view check = field(text);
  if (part.number == 0 || part.number > part.of || !is_hex(part.parcel, kMaxDigestDigits)) return std::nullopt;
  if (characters == 0 || characters > text.size() || !is_hex(check, 2 * kCheckBytes)) return std::nullopt;
  const auto data = with_blanks(std::string{text.substr(0, characters)});
  auto bytes = data ? from_base45(*data) : std::nullopt;
  if (!bytes || check_of(head_of(part), *bytes) != check) return std::nullopt;
  part.bytes = *std::move(bytes);
  rest = text.substr(characters);
  return part;
}

/// Only what a part is made of: a messenger's breaks, blanks and quotation marks are none of it.
std::string only_our_characters(std::string_view text) {
  std::string kept;
  for (const char c : text)
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || std::string_view{"$%*+-./:"}.find(c) != std::string_view::npos) kept += c;
  return kept;
}

std::string list_of(const std::vector<std::uint32_t>& numbers, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text += i + 1 == numbers.size() ? std::string{last} : ", ";
    text += std::to_string(numbers[i]);
  }
  return text;
}

void look_whole(Gathered& gathered, const std::map<std::uint32_t, const Part*>& have) {
  for (std::uint32_t i = 1; i <= gathered.of; ++i)
    if (!have.contains(i)) gathered.missing.push_back(i);
  if (!gathered.missing.empty() || gathered.contradiction) return;
  Bytes parcel;
  for (const auto& [number, part] : have) parcel.insert(parcel.end(), part->bytes.begin(), part->bytes.end());
  if (digits_of_digest(parcel) == gathered.parcel)
    gathered.bytes = std::move(parcel);
  else
    gathered.contradiction = true;
}

}  // namespace

Result<std::vector<std::string>> cut(ByteView parcel, std::size_t max_parts) {
  KP_CHECK(!parcel.empty() && max_parts > 0 && max_parts <= kMaxParts);
  const std::size_t parts = (parcel.size() + kMaxPartBytes - 1) / kMaxPartBytes;
  if (parts > max_parts)
    return fail(ErrorCode::kCodesTooMany, std::to_string(parts) + " codes, at most " + std::to_string(max_parts));
  // All of nearly one size, so that all codes are; an even number of bytes wastes no character.
  const std::size_t size = ((parcel.size() + parts - 1) / parts + 1) / 2 * 2;
  const std::string digest = digits_of_digest(parcel);
  std::vector<Part> cuts;
  for (std::size_t at = 0; at < parcel.size(); at += size) {
    const ByteView bytes = parcel.subspan(at, std::min(size, parcel.size() - at));
    cuts.push_back({digest, static_cast<std::uint32_t>(cuts.size() + 1), 0, Bytes(bytes.begin(), bytes.end())});
  }
  std::vector<std::string> texts;
  for (Part& part : cuts) {
    part.of = static_cast<std::uint32_t>(cuts.size());
    texts.push_back(text_of(part));
  }
  return texts;
}

std::vector<Part> find_parts(std::string_view text) {
  const std::string kept = only_our_characters(text.substr(0, kMaxTextBytes));
  std::vector<Part> parts;
  std::string_view rest = kept;
  for (std::size_t at = rest.find(kHead); at != std::string_view::npos; at = rest.find(kHead)) {
    rest.remove_prefix(at + kHead.size());
    if (auto part = take_part(rest)) parts.push_back(*std::move(part));
  }
  return parts;
}

std::string Gathered::words(Language language) const {
  const bool vi = language == Language::kVietnamese;
  if (contradiction) return vi ? "các mã không thuộc cùng một gói" : "the codes are not of one parcel";
  if (missing.empty()) return {};
  return (vi ? "thiếu mã " : "missing: code ") + list_of(missing, vi ? " và " : " and ") + (vi ? " của " : " of ") + std::to_string(of);
}

std::vector<Gathered> join(const std::vector<Part>& parts) {
  std::vector<Gathered> all;
  std::vector<std::map<std::uint32_t, const Part*>> have;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> places;
  for (const Part& part : parts) {
    const auto [place, first] = places.emplace(std::pair{part.parcel, part.of}, all.size());
    const std::size_t at = place->second;
    if (first) {
      all.push_back({.parcel = part.parcel, .of = part.of, .missing = {}, .bytes = {}});
      have.emplace_back();
    }
    const auto [known, fresh] = have[at].emplace(part.number, &part);
    if (!fresh && known->second->bytes != part.bytes) all[at].contradiction = true;
  }
  for (std::size_t i = 0; i < all.size(); ++i) look_whole(all[i], have[i]);
  return all;
}

}  // namespace kiemphieu::codes
