// Package contacts turns the addresses of WhatsApp users into contacts: one for
// each person and portfolio, whatever mixture of telephone numbers, business-scoped
// ids and names came first. Lookups are resolved in batches of one statement each;
// a batch that links addresses of somebody new runs in a transaction.
package contacts
