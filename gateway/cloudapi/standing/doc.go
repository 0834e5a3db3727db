// Package standing reads how a business number fares at Meta: from Graph, and from the
// webhooks that tell of it at once.
package standing
