package persistence

import (
	"crypto/rand"
)

// Canaries go through the statements of intake with data of their own and leave
// nothing behind: they tell an event that the database does not take from a
// statement that takes nothing.

// CanaryName is in a canary's data; the rest of its keys is chance, so that two
// of them never wait for each other.
const CanaryName = "canary"

func CanaryID() string { return CanaryName + "." + rand.Text() }
