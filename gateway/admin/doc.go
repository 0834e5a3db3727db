// Package admin answers those who run an installation: administrators and
// auditors. What it changes is checked here for its form and judged by the store
// or the grain; each change leaves its line in the audit, in its own transaction.
package admin
