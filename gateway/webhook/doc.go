// Package webhook is Meta's door: one address for the app of the configuration and one
// for each other Meta app. It checks the signature of a body over its raw bytes, with
// the secrets of the app whose address it came to, and makes it durable before it
// answers, together with whose app that was. What strangers send is bounded in memory,
// by address and in all, and by time; apps that they make up cost no query.
package webhook
