package filetype

import (
	"bytes"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
)

// boxes reads files that are built of boxes (ISO 14496-12): films, sound, and pictures of
// some telephones. How a track is coded stands in its box stsd, which may be anywhere.
type boxes struct {
	brand  string
	codecs []string
	tail   []byte // the end of the piece before: a box may lie across
}

// descriptionHead is from the name of the box stsd to that of the coding: version and
// flags, the count of entries, the length of the first (ISO 14496-12, 8.5.2).
const descriptionHead = 4 + 4 + 4 + 4

const maxCodecs = 16

func (b *boxes) next(piece []byte) {
	text := piece
	if len(b.tail) > 0 {
		across := append(slices.Clip(b.tail), piece[:min(len(piece), descriptionHead+4)]...)
		b.find(across)
	}
	b.find(text)
	b.tail = bytes.Clone(piece[max(0, len(piece)-(descriptionHead+3)):])
}

func (b *boxes) find(text []byte) {
	for len(b.codecs) < maxCodecs {
		at := bytes.Index(text, []byte("stsd"))
		if at < 0 || len(text) < at+descriptionHead+4 {
			return
		}
		if codec := text[at+descriptionHead : at+descriptionHead+4]; !bytes.ContainsFunc(codec, notInCodec) {
			b.codecs = append(b.codecs, string(codec))
		}
		text = text[at+4:]
	}
}

func notInCodec(c rune) bool { return c < ' ' || c > '~' }

// judge names the type, and bars what WhatsApp does not play: H.264 with AAC is what it
// plays (Meta, media).
func (b *boxes) judge(f *wa.File, declared string) {
	moving, sound, foreign := false, false, false
	for _, codec := range b.codecs {
		switch codec {
		case "avc1", "avc3":
			moving = true
		case "mp4a":
			sound = true
		case "samr", "h263", "s263", "mp4v":
			moving, sound = moving || codec != "samr", sound || codec == "samr"
			foreign = foreign || b.brand[:min(3, len(b.brand))] != "3gp"
		case "text", "tx3g", "mp4s", "rtp ", "tmcd", "mett", "mebx", "wvtt", "c608":
		default:
			moving, foreign = true, true
		}
	}
	switch b.brand {
	case "heic", "heix", "heim", "heis", "mif1", "msf1":
		f.MIME = "image/heic"
		return
	case "avif", "avis":
		f.MIME = "image/avif"
		return
	case "qt  ":
		f.MIME = "video/quicktime"
		return
	case "M4A ", "M4B ":
		f.MIME = "audio/mp4"
	case "3gp4", "3gp5", "3gp6", "3gp7", "3ge6", "3ge7", "3gg6":
		f.MIME = "video/3gpp"
	default:
		f.MIME = "video/mp4"
		if sound && !moving || len(b.codecs) == 0 && declared == "audio/mp4" {
			f.MIME = "audio/mp4"
		}
	}
	f.Barred = foreign || !moving && !sound || f.MIME == "audio/mp4" && moving
}
