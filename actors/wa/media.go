package wa

import "time"

// MediaLife is how long the media id of a webhook can be fetched (Meta, media
// reference).
const MediaLife = 7 * 24 * time.Hour

// MediaReason is why the file of a message is not kept.
type MediaReason string

// Reasons.
const (
	MediaGone        MediaReason = "gone"        // Meta has it no longer, or not for this token
	MediaTooLarge    MediaReason = "too_large"   // beyond our limit
	MediaForeign     MediaReason = "foreign"     // Meta named a host that gets no token
	MediaExpired     MediaReason = "expired"     // not fetched within MediaLife
	MediaDamaged     MediaReason = "damaged"     // not what the webhook announced
	MediaUnavailable MediaReason = "unavailable" // tried for long without success
)

// MayPass says whether another try may succeed.
func (r MediaReason) MayPass() bool {
	return r == MediaGone || r == MediaDamaged || r == MediaUnavailable
}

// maxFileType is the length of a type that lists know, in bytes.
const maxFileType = 64

// FileType is what lists call a file without a caption.
func (m *Media) FileType() string {
	switch {
	case m.Voice:
		return "voice"
	case !Storable(m.Type, maxFileType):
		return ""
	}
	return m.Type
}
