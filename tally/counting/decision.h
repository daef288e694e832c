#pragma once
/// The team's collective decision about a ballot. Pure.
///
/// Source: Hỏi đáp về bầu cử 2026-2031, câu 68: a meeting needs two thirds of
/// the members; a decision needs more than half of all members in favour.

namespace kiemphieu::counting {

/// Whether a vote of the polling team carries: at least 2/3 of `members` are
/// present and more than half of all members (not only those present) are in
/// favour. Numbers that cannot be (negative, more in favour than present, more
/// present than members) never carry.
bool decision_carries(int members, int present, int in_favour);

}  // namespace kiemphieu::counting
