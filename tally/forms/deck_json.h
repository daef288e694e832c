#pragma once
/// test-deck.json as text. Internal to tally/forms; reading it is in deck.h.

#include <string>

#include "tally/forms/deck.h"

namespace kiemphieu::forms {

std::string deck_to_json(const TestDeck& deck);

}  // namespace kiemphieu::forms
