#include "sync/codes/parts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "config/base/hex.h"

using namespace kiemphieu;

namespace {

Bytes noise(std::size_t size, unsigned seed) {
  std::mt19937 random{seed};
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

std::vector<std::string> cut(const Bytes& parcel) { return *codes::cut(parcel, codes::kMaxParts); }

std::vector<codes::Gathered> joined(std::string_view text) { return codes::join(codes::find_parts(text)); }

/// The texts and the hexadecimal digits of docs/formats/codes.md, by heading.
std::string documented(const std::string& heading, const std::string& language) {
  std::ifstream file{"docs/formats/codes.md"};
  std::stringstream all;
  all << file.rdbuf();
  const std::string page = all.str(), fence = "```" + language + "\n";
  const std::size_t start = page.find(fence, page.find(heading));
  REQUIRE(start != std::string::npos);
  return page.substr(start + fence.size(), page.find("```", start + fence.size()) - start - fence.size());
}

std::string without_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

}  // namespace

TEST_CASE("the documented example is what the code writes and reads") {
  const Bytes parcel = *from_hex(without_space(documented("### The parcel", "hex")));
  const auto texts = cut(parcel);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0] + "\n" == documented("### Its text", "text"));
  const auto all = joined(documented("### The same as a messenger shows it", "text"));
  REQUIRE(all.size() == 1);
  CHECK(all[0].bytes == parcel);
}

TEST_CASE("a parcel is cut into as few parts as it needs, of nearly one size, and no more than wanted") {
  struct Case {
    std::size_t bytes, parts;
  };
  for (const Case c : {Case{1, 1}, {codes::kMaxPartBytes, 1}, {codes::kMaxPartBytes + 1, 2}, {12 * codes::kMaxPartBytes, 12},
                       {60 * codes::kMaxPartBytes, 60}}) {
    CAPTURE(c.bytes);
    const Bytes parcel = noise(c.bytes, 1);
    const auto texts = cut(parcel);
    CHECK(texts.size() == c.parts);
    const auto [least, most] = std::ranges::minmax(texts, {}, &std::string::size);
    CHECK(most.size() <= 600);  // version 15, level M
    CHECK(most.size() - least.size() <= 3 * c.parts + 4);
    for (const std::string& text : texts) {
      CHECK(text.starts_with(codes::kHead));
      CHECK(text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:") == std::string::npos);
    }
  }
  const auto refused = codes::cut(noise(12 * codes::kMaxPartBytes + 1, 1), 12);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().log_line() == "codes_too_many: 13 codes, at most 12");
}

TEST_CASE("parts in any order, with repeats, mixed with another parcel's, give the parcel or say what is missing") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    const Bytes one = noise(1 + random() % (8 * codes::kMaxPartBytes), seed), other = noise(1 + random() % 2000, seed + 1000);
    const auto texts = cut(one), others = cut(other);
    std::vector<std::string> pool;
    std::vector<std::uint32_t> missing;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const unsigned copies = random() % 4;
      if (copies == 0) missing.push_back(static_cast<std::uint32_t>(i + 1));
      pool.insert(pool.end(), copies, texts[i]);
    }
    pool.insert(pool.end(), others.begin(), others.end());
    std::shuffle(pool.begin(), pool.end(), random);
    std::string text;
    for (const std::string& part : pool) text += "Lan 20:31\n> " + part + "\r\n";
    const auto all = joined(text);
    const auto whole = std::ranges::find_if(all, [&](const auto& g) { return g.bytes == other; });
    CHECK(whole != all.end());
    if (missing.size() == texts.size()) {
      CHECK(all.size() == 1);
      continue;
    }
    REQUIRE(all.size() == 2);
    const codes::Gathered& gathered = all[whole == all.begin() ? 1 : 0];
    CHECK(gathered.of == texts.size());
    CHECK(gathered.missing == missing);
    CHECK_FALSE(gathered.contradiction);
    CHECK(gathered.bytes.has_value() == missing.empty());
    if (missing.empty()) CHECK(*gathered.bytes == one);
  }
}

TEST_CASE("breaks, blanks and quotation marks anywhere in a part change nothing") {
  const Bytes parcel = noise(1000, 7);
  const char* const junk[] = {"\n", " ", "\r\n> ", "\t", "\xC2\xA0", "\xE2\x80\x8B", "  "};
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::string text;
    for (const std::string& part : cut(parcel))
      for (const char c : part) {
        text += c;
        if (random() % 10 == 0) text += junk[random() % std::size(junk)];
      }
    const auto all = joined(text);
    REQUIRE(all.size() == 1);
    CHECK(all[0].bytes == parcel);
  }
}

TEST_CASE("a part with any character changed, or cut short, is none, and the next one is still found") {
  const Bytes parcel = noise(600, 3);
  const auto texts = cut(parcel);
  REQUIRE(texts.size() == 2);
  for (std::size_t i = 0; i < texts[0].size(); ++i) {
    CAPTURE(i);
    std::string changed = texts[0];
    changed[i] = changed[i] == '7' ? '8' : '7';
    const auto parts = codes::find_parts(changed + "\n" + texts[1]);
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].number == 2);
    const auto cut_short = codes::find_parts(texts[0].substr(0, i) + "\n" + texts[1]);
    REQUIRE(cut_short.size() == 1);
    CHECK(cut_short[0].number == 2);
  }
}

TEST_CASE("texts that are no part of ours") {
  const std::string part = cut(noise(40, 5))[0];
  const std::string cases[] = {"", "KIEMPHIEU1/", "Kết quả đã gửi nhé", "KPH1/ab/dl-eakly-03/qh-1/12",
                               "kiemphieu1" + part.substr(10), "KIEMPHIEU2" + part.substr(10),
                               "KIEMPHIEU1/0/1" + part.substr(14), "KIEMPHIEU1/01/1" + part.substr(14),
                               "KIEMPHIEU1/2/1" + part.substr(14), "KIEMPHIEU1/1/61" + part.substr(14),
                               std::string(10'000, '/'), std::string(codes::kMaxTextBytes + 10, 'A') + part};
  for (const std::string& text : cases) {
    CAPTURE(text.substr(0, 60));
    CHECK(codes::find_parts(text).empty());
  }
}

TEST_CASE("what is missing is said in words") {
  const auto texts = cut(noise(5 * codes::kMaxPartBytes, 9));
  REQUIRE(texts.size() == 5);
  const auto words = [&](std::initializer_list<std::size_t> have, Language language = Language::kVietnamese) {
    std::string text;
    for (const std::size_t i : have) text += texts[i - 1] + "\n";
    return joined(text)[0].words(language);
  };
  CHECK(words({1, 3, 5}) == "thiếu mã 2 và 4 của 5");
  CHECK(words({5}) == "thiếu mã 1, 2, 3 và 4 của 5");
  CHECK(words({1, 2, 3, 4}) == "thiếu mã 5 của 5");
  CHECK(words({1, 3, 5}, Language::kEnglish) == "missing: code 2 and 4 of 5");
  CHECK(words({1, 2, 3, 4, 5}) == "");
}

TEST_CASE("parts that contradict each other, or are together another parcel, are never joined") {
  const auto texts = cut(noise(600, 3));
  auto parts = codes::find_parts(texts[0] + texts[1]);
  REQUIRE(parts.size() == 2);
  SUBCASE("two parts of one number") {
    parts.push_back(parts[0]);
    parts.back().bytes[0] ^= 1U;
  }
  SUBCASE("another digest") { parts[1].bytes[0] ^= 1U; }
  const auto all = codes::join(parts);
  REQUIRE(all.size() == 1);
  CHECK(all[0].contradiction);
  CHECK_FALSE(all[0].bytes);
  CHECK(all[0].words(Language::kVietnamese) == "các mã không thuộc cùng một gói");
}
