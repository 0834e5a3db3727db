package setting

import "time"

// MediaDaysMost is how many days of retention may be asked for: a century.
const MediaDaysMost = 36500

// Media says what becomes of the files that customers send.
type Media struct {
	KeepDays int `json:"keep_days" doc:"Days that customers' files are kept; 0: for ever. What is older is removed within the hour, and is not fetched again" minimum:"0" maximum:"36500"`
}

func mediaKind(d Defaults) Kind[Media] {
	return Kind[Media]{"media", func() Media { return Media{KeepDays: d.MediaDays} }}
}

// Validate checks the days.
func (m Media) Validate() error {
	if m.KeepDays < 0 || m.KeepDays > MediaDaysMost {
		return &FieldError{"keep_days", "want 0 to 36500 days; 0 keeps files for ever"}
	}
	return nil
}

// Age is how long a file is kept; 0: for ever.
func (m Media) Age() time.Duration { return time.Duration(m.KeepDays) * 24 * time.Hour }
