// Package staff knows tenants, teams and the people who may log in: accounts,
// their rights, passwords and sessions.
//
// A change of what a person may do raises the seat's revision, which fences the
// appends that were decided on the older one, and ends sessions where it must.
package staff
