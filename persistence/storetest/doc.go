// Package storetest seeds databases of tests through the stores themselves: a
// registered number, an office of two tenants, contacts, conversations.
package storetest
