// Package onboarding asks Graph, step by step, what connecting a number takes: whose
// the token is and what it may do, which account and portfolio the number belongs to,
// that webhooks come, that the number is verified and registered. Each refusal of
// Meta's has a Reason that a page has words for.
package onboarding
