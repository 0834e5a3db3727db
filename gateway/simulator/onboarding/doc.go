// Package onboarding is what the simulated Meta knows of tokens, accounts and numbers
// before a message can go: what a token may do, which apps get an account's webhooks,
// codes that prove who holds a number, and the PIN that registers it. It refuses as
// Graph does, with its codes and limits.
package onboarding
