// Package contacts turns the addresses of WhatsApp users into contacts: one for
// each person and portfolio, whatever mixture of telephone numbers, business-scoped
// ids and names came first. Lookups are resolved in lots of one statement each;
// a lot that links addresses of somebody new runs in a transaction.
package contacts
