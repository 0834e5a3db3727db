package setting

import (
	"slices"
	"time"
)

// Notices says what administrators are told without asking, and how.
type Notices struct {
	Mail         bool   `json:"mail" doc:"Whether administrators also get a mail, where the installation can send some"`
	Language     string `json:"language" doc:"Of mails" enum:"en,es,pt-BR"`
	QueueMinutes int    `json:"queue_minutes" doc:"A queue ages when a customer waits longer for an owner; 0: nobody is told" minimum:"0" maximum:"10080"`
	SilentHours  int    `json:"silent_hours" doc:"A number is silent when Meta has told nothing of it for longer; 0: nobody is told" minimum:"0" maximum:"720"`
}

// Bounds of Notices.
const (
	mostQueueMinutes = 7 * 24 * 60
	mostSilentHours  = 30 * 24
)

func noticesKind(Defaults) Kind[Notices] {
	return Kind[Notices]{"notices", func() Notices {
		return Notices{Mail: true, Language: "en", QueueMinutes: 30, SilentHours: 24}
	}}
}

// Validate checks language and bounds.
func (n Notices) Validate() error {
	switch {
	case !slices.Contains([]string{"en", "es", "pt-BR"}, n.Language):
		return &FieldError{"language", "want en, es or pt-BR"}
	case n.QueueMinutes < 0 || n.QueueMinutes > mostQueueMinutes:
		return &FieldError{"queue_minutes", "want 0 to 10080 minutes; 0 tells nobody"}
	case n.SilentHours < 0 || n.SilentHours > mostSilentHours:
		return &FieldError{"silent_hours", "want 0 to 720 hours; 0 tells nobody"}
	}
	return nil
}

// Queue is how long a customer may wait for an owner; 0: for ever.
func (n Notices) Queue() time.Duration { return time.Duration(n.QueueMinutes) * time.Minute }

// Silence is how long Meta may tell nothing of a number; 0: for ever.
func (n Notices) Silence() time.Duration { return time.Duration(n.SilentHours) * time.Hour }
