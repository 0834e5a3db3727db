// Package tenants keeps the life of tenants: they are made with their first
// administrator's invitation, held to limits, suspended and resumed, closed and
// after a term erased. Whoever runs the installation does so, by operator keys or at
// the database; a tenant's own people change its name alone.
//
// A tenant that is not active receives and stores what its customers write. Nothing of
// it is sent: the budgets of its numbers are closed in the transaction that suspends
// it, so that no claim that begins after its commit takes anything. Its sessions end in
// the same transaction, and none begins until it is active again.
//
// An erasure removes the rows in lots, in the order in which tables refer to each other,
// in passes that end with one that finds nothing. Its row says how far it is and is
// locked by who works on it. From its beginning on all members forget what they have in
// memory of the tenant, and whoever applies webhooks drops those of its numbers and
// accounts, of which only hashes are kept, until a tenant registers them anew.
package tenants
