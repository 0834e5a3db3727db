package admin

import "github.com/prosa-chat/prosa/persistence/audit"

// Config is what the handlers answer from. A nil interface answers 404.
type Config struct {
	Audit *audit.Log
}

// Handlers are the handlers of administration, by topic.
type Handlers struct {
	Audit *auditLog
}

// New makes the handlers.
func New(c Config) Handlers { return Handlers{Audit: &auditLog{c.Audit}} }

// auditLog shows who changed what.
type auditLog struct{ lines *audit.Log }
