package filetype

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif" // headers of pictures
	_ "image/jpeg"
	_ "image/png"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Unknown is the type of what is nothing that we know: bytes to be saved.
const Unknown = "application/octet-stream"

// Reading takes a file piece by piece and says in the end what it is. The first piece is
// to hold the beginning, a megabyte of it if there is as much: of most files that tells
// all, and of films the places of their codings are looked for in what follows.
type Reading struct {
	declared string
	name     string
	size     int64
	begun    bool
	found    wa.File
	film     *boxes // of what is built of boxes: mp4 and its kin
}

// NewReading reads a file that is said to be of a type and to have a name.
func NewReading(declared, name string) *Reading {
	return &Reading{declared: Bare(declared), name: name}
}

// Bare is a type in small letters without parameters; "" if it is none.
func Bare(declared string) string {
	kind, _, err := mime.ParseMediaType(declared)
	if err != nil || !strings.Contains(kind, "/") || strings.ContainsFunc(kind, notInType) {
		return ""
	}
	return alias(kind)
}

// alias is the name that Meta has for a type.
func alias(kind string) string {
	switch kind {
	case "image/jpg", "image/pjpeg":
		return "image/jpeg"
	case "audio/mp3", "audio/x-mp3", "audio/x-mpeg":
		return "audio/mpeg"
	case "audio/m4a", "audio/x-m4a":
		return "audio/mp4"
	case "audio/x-aac", "audio/aacp":
		return "audio/aac"
	case "audio/opus", "application/ogg":
		return "audio/ogg"
	case "video/3gp":
		return "video/3gpp"
	case "image/x-ms-bmp":
		return "image/bmp"
	case "application/x-pdf":
		return "application/pdf"
	}
	return kind
}

// notInType says of a character that types have none such.
func notInType(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-.+/_", c)
}

// Next takes the next piece. It is the caller's again afterwards.
func (r *Reading) Next(piece []byte) {
	r.size += int64(len(piece))
	if !r.begun {
		r.begun = true
		r.begin(piece)
	}
	if r.film != nil {
		r.film.next(piece)
	}
}

// File is what the file is, after its last piece.
func (r *Reading) File() wa.File {
	f := r.found
	if r.film != nil {
		r.film.judge(&f, r.declared)
	}
	f.Size = r.size
	return f
}

// Declared is what was said of it, as far as it is a type.
func (r *Reading) Declared() string { return r.declared }

func (r *Reading) begin(head []byte) {
	f := &r.found
	f.MIME = Unknown
	switch {
	case has(head, 0, "\xff\xd8\xff"):
		f.MIME = "image/jpeg"
	case has(head, 0, "\x89PNG\r\n\x1a\n"):
		f.MIME = "image/png"
	case has(head, 0, "GIF87a"), has(head, 0, "GIF89a"):
		f.MIME = "image/gif"
	case has(head, 0, "RIFF") && has(head, 8, "WEBP"):
		f.MIME = "image/webp"
		f.Animated = has(head, 12, "VP8X") && len(head) > 20 && head[20]&2 != 0
	case has(head, 0, "BM") && len(head) > 26:
		f.MIME = "image/bmp"
	case has(head, 0, "II*\x00"), has(head, 0, "MM\x00*"):
		f.MIME = "image/tiff"
	case has(head, 4, "ftyp"):
		r.film = &boxes{brand: string(head[8:min(12, len(head))])}
	case has(head, 0, "OggS"):
		r.ogg(head)
	case has(head, 0, "ID3"), len(head) > 1 && head[0] == 0xff && head[1]&0xe6 == 0xe2:
		f.MIME = "audio/mpeg"
	case len(head) > 1 && head[0] == 0xff && head[1]&0xf6 == 0xf0:
		f.MIME = "audio/aac"
	case has(head, 0, "#!AMR"):
		f.MIME = "audio/amr"
	case has(head, 0, "RIFF") && has(head, 8, "WAVE"):
		f.MIME = "audio/wav"
	case has(head, 0, "fLaC"):
		f.MIME = "audio/flac"
	case has(head, 0, "\x1a\x45\xdf\xa3"):
		f.MIME = either(r.declared, "video/webm", "audio/webm", "video/x-matroska")
	case has(head, 0, "%PDF-"):
		f.MIME = "application/pdf"
	case has(head, 0, "PK\x03\x04"):
		f.MIME = r.zipped(head)
	case has(head, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		f.MIME = r.office(oldOffice(), "application/x-ole-storage")
	case has(head, 0, "MZ"), has(head, 0, "\x7fELF"), has(head, 0, "\xcf\xfa\xed\xfe"), has(head, 0, "\xca\xfe\xba\xbe"):
		f.MIME = "application/x-executable"
	default:
		f.MIME = r.words(head)
	}
	if strings.HasPrefix(f.MIME, "image/") {
		r.picture(head)
	}
}

func has(head []byte, at int, sign string) bool {
	return len(head) >= at+len(sign) && string(head[at:at+len(sign)]) == sign
}

// either is what was said, if it is one of several that look alike, else the first.
func either(declared string, alike ...string) string {
	if slices.Contains(alike, declared) {
		return declared
	}
	return alike[0]
}

// picture reads width, height and colours from the header, and decodes nothing.
func (r *Reading) picture(head []byte) {
	if has(head, 12, "VP8X") && r.found.MIME == "image/webp" && len(head) >= 30 { // that moves is none to the decoder
		r.found.Width = 1 + int(head[24]) + int(head[25])<<8 + int(head[26])<<16
		r.found.Height = 1 + int(head[27]) + int(head[28])<<8 + int(head[29])<<16
		return
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(head))
	if err != nil {
		r.found.Barred = true // what we cannot read the size of telephones will not show
		return
	}
	r.found.Width, r.found.Height = config.Width, config.Height
	switch config.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model, color.CMYKModel:
		r.found.Barred = true // Meta: 8 bits, RGB or RGBA
	}
}

// ogg tells Opus from other sound, and how many channels it has.
func (r *Reading) ogg(head []byte) {
	r.found.MIME = "audio/ogg"
	const channels = 9 // octets after the sign (RFC 7845, 5.1)
	at := bytes.Index(head[:min(len(head), 512)], []byte("OpusHead"))
	if at < 0 || len(head) <= at+channels {
		r.found.Barred = true // Meta takes Opus alone
		return
	}
	r.found.Voice = head[at+channels] == 1
}

// zipped names office documents by what they hold. Their parts are listed by name in the
// open; nothing is unpacked, whatever its size is said to be.
func (r *Reading) zipped(head []byte) string {
	for _, d := range []struct{ part, kind string }{
		{"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	} {
		if bytes.Contains(head, []byte("[Content_Types].xml")) && bytes.Contains(head, []byte(d.part)) {
			return d.kind
		}
	}
	if strings.HasPrefix(r.declared, "application/vnd.oasis.opendocument.") || r.declared == "application/epub+zip" {
		if has(head, 30, "mimetype"+r.declared) {
			return r.declared
		}
	}
	return "application/zip"
}

func oldOffice() []string {
	return []string{"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook"}
}

// office is what was said of a file, or what its name says, if that is one of some.
func (r *Reading) office(kinds []string, otherwise string) string {
	if slices.Contains(kinds, r.declared) {
		return r.declared
	}
	if kind := Bare(mime.TypeByExtension(path.Ext(r.name))); slices.Contains(kinds, kind) {
		return kind
	}
	return otherwise
}

// words are of what has no sign: markup, text, or bytes. Markup that browsers run is
// named as such, whatever was said.
func (r *Reading) words(head []byte) string {
	if !isText(head) {
		if strings.HasPrefix(r.declared, "application/") && !runs(r.declared) {
			return r.declared // one of the many that have no sign we know
		}
		return Unknown
	}
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n\f"))
	switch sniffed := Bare(http.DetectContentType(start)); {
	case bytes.HasPrefix(start, []byte("<")) && bytes.Contains(start, []byte("<svg")):
		return "image/svg+xml"
	case sniffed == "text/html", bytes.HasPrefix(start, []byte("<")) && bytes.Contains(start, []byte("<html")):
		return "text/html"
	case sniffed == "text/xml":
		return "text/xml"
	case bytes.HasPrefix(start, []byte("#!")):
		return "text/x-script"
	case runs(r.declared):
		return r.declared // whoever says that it runs is believed
	case strings.HasPrefix(r.declared, "text/"), r.declared == "application/json", r.declared == "application/rtf":
		return r.declared
	}
	if kind := Bare(mime.TypeByExtension(path.Ext(r.name))); kind == "text/csv" || kind == "application/json" {
		return kind
	}
	return "text/plain"
}

// runs says of a type that a browser or a system may carry out what is in it.
func runs(kind string) bool {
	switch kind {
	case "text/html", "application/xhtml+xml", "image/svg+xml", "text/javascript", "application/javascript", "application/x-javascript",
		"application/x-sh", "application/x-msdownload", "application/x-msdos-program", "application/vnd.microsoft.portable-executable",
		"application/java-archive", "application/vnd.android.package-archive", "application/x-executable", "text/x-script":
		return true
	}
	return false
}

// isText says whether what is read could be words: no sign that words have none of.
func isText(head []byte) bool {
	for len(head) > 0 {
		c, n := utf8.DecodeRune(head)
		switch {
		case c == utf8.RuneError && n == 1 && len(head) >= utf8.UTFMax:
			return false
		case c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b:
			return false
		}
		head = head[n:]
	}
	return true
}
