package wa

import (
	"fmt"
	"slices"
	"strings"
)

// File is what is known of a file that was uploaded to be sent, by its content alone.
type File struct {
	MIME     string // without parameters
	Size     int64  // bytes
	Width    int    // of a picture; 0: not known
	Height   int
	Animated bool
	Voice    bool // Opus in Ogg, of one channel: it may be a voice message
	Barred   bool // a picture or film that is coded as WhatsApp does not show it
}

// What Meta takes (Meta, Cloud API media, 2026), in bytes. Kilo and mega are powers of
// two there.
const (
	MaxImageBytes    = 5 << 20
	MaxVideoBytes    = 16 << 20
	MaxAudioBytes    = 16 << 20
	MaxDocumentBytes = 100 << 20
	MaxStickerBytes  = 100 << 10 // 500 KB if it moves
	MaxMovingSticker = 500 << 10

	// MaxUploadBytes is the longest file of any kind.
	MaxUploadBytes = MaxDocumentBytes

	// StickerSide is the width and height of a sticker.
	StickerSide = 512
	// MaxImageSide and MaxImagePixels bound what is sent as a picture; telephones may not
	// show more.
	MaxImageSide   = 16_384
	MaxImagePixels = 64_000_000
)

// Rules of files.
const (
	RuleTooLarge = "too_large" // Limit is in bytes
	RulePixels   = "pixels"    // Limit is a width or height, or their product
	RuleFileType = "file_type"
	RuleCoding   = "coding"
)

// Kinds of media, as Meta names them.
const (
	MediaImage    = "image"
	MediaVideo    = "video"
	MediaAudio    = "audio"
	MediaDocument = "document"
	MediaSticker  = "sticker"
)

// kindTypes are the types that Meta takes of a kind; a document may be of any.
func kindTypes(kind string) []string {
	switch kind {
	case MediaImage:
		return []string{"image/jpeg", "image/png"}
	case MediaVideo:
		return []string{"video/mp4", "video/3gpp"}
	case MediaAudio:
		return []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
	case MediaSticker:
		return []string{"image/webp"}
	}
	return nil
}

// Kinds lists what the file may be sent as, the best first. A document is always among
// them, unless it is too long for anything.
func (f *File) Kinds() []string {
	kinds := []string{MediaImage, MediaVideo, MediaAudio, MediaSticker, MediaDocument}
	return slices.DeleteFunc(kinds, func(kind string) bool { return f.SendableAs(kind, "") != nil })
}

// Expected is what people expect a file of this type to be sent as, beside a document.
func (f *File) Expected() []string {
	of, _, _ := strings.Cut(f.MIME, "/")
	switch {
	case f.MIME == "image/svg+xml":
	case f.MIME == "image/webp":
		return []string{MediaSticker, MediaImage}
	case of == MediaImage, of == MediaVideo, of == MediaAudio:
		return []string{of}
	}
	return nil
}

// SendableAs says why a file may not be sent as a kind of media, or nil. Its error is a
// *LimitError about the field.
func (f *File) SendableAs(kind, field string) error {
	if kind == MediaDocument {
		return f.within(field, MaxDocumentBytes, "split it, or send a link to it")
	}
	types := kindTypes(kind)
	switch {
	case types == nil:
		return badValue(field, "want image, video, audio, document or sticker")
	case !slices.Contains(types, f.MIME):
		return &LimitError{Rule: RuleFileType, Field: field, Remedy: fmt.Sprintf(
			"it is %s, and WhatsApp takes %s as %s: send it as a document", f.MIME, strings.Join(types, ", "), kind)}
	case f.Barred:
		return &LimitError{Rule: RuleCoding, Field: field, Remedy: "it is coded as WhatsApp does not show it: send it as a document"}
	}
	switch kind {
	case MediaImage:
		return firstOf(f.within(field, MaxImageBytes, "send it as a document, or a smaller copy"), f.pixels(field))
	case MediaVideo:
		return f.within(field, MaxVideoBytes, "send it as a document, or a shorter one")
	case MediaAudio:
		return f.within(field, MaxAudioBytes, "send it as a document, or a shorter one")
	}
	return f.sticker(field)
}

func (f *File) sticker(field string) error {
	if f.Width != StickerSide || f.Height != StickerSide {
		return &LimitError{
			Rule: RulePixels, Field: field, Limit: StickerSide,
			Remedy: fmt.Sprintf("%d × %d pixels; a sticker has 512 × 512: send it as a document", f.Width, f.Height),
		}
	}
	if f.Animated {
		return f.within(field, MaxMovingSticker, "send it as a document")
	}
	return f.within(field, MaxStickerBytes, "send it as a document")
}

func (f *File) within(field string, limit int64, remedy string) error {
	if f.Size <= limit {
		return nil
	}
	return &LimitError{Rule: RuleTooLarge, Field: field, Limit: int(limit), Remedy: fmt.Sprintf("%s; at most %s: %s", bytesOf(f.Size), bytesOf(limit), remedy)}
}

func (f *File) pixels(field string) error {
	limit, has := MaxImageSide, max(f.Width, f.Height)
	if has <= limit {
		limit, has = MaxImagePixels, f.Width*f.Height
	}
	if has <= limit {
		return nil
	}
	return &LimitError{
		Rule: RulePixels, Field: field, Limit: limit,
		Remedy: fmt.Sprintf("%d × %d pixels are too many for a picture: send it as a document, or a smaller copy", f.Width, f.Height),
	}
}

// bytesOf is a length for people.
func bytesOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// FileName is a name of a file as it is kept and sent: no path, no sign that a terminal or
// a file system would act on, or that turns the name around; some 120 characters at most,
// the end of a longer one stays. "" if nothing is left.
func FileName(told string) string {
	if cut := strings.LastIndexAny(told, `/\`); cut >= 0 {
		told = told[cut+1:]
	}
	name := strings.Map(func(c rune) rune {
		switch {
		case c < ' ', c >= 0x7f && c < 0xa0, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069, c == 0xfffd,
			c == 0x200e, c == 0x200f, c == 0x61c, c == 0xfeff, c == 0x2028, c == 0x2029:
			return -1
		case strings.ContainsRune(`:*?"<>|`, c):
			return '_'
		}
		return c
	}, CleanText(told))
	name = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(name), "."))
	if runes := []rune(name); len(runes) > maxKeptName {
		const end = 16 // of them the end of its name, which says what it is
		name = string(runes[:maxKeptName-end-1]) + "…" + string(runes[len(runes)-end:])
	}
	if !Visible(name) {
		return ""
	}
	return name
}

const maxKeptName = 120
