package cloudapi

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// cleanRaw makes a piece of JSON storable, as wa.CleanText does for texts: the
// escapes of NUL and of lone surrogates, and invalid UTF-8, become U+FFFD. One
// of them would fail the whole batch that the piece is stored with.
func cleanRaw(raw []byte) json.RawMessage {
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	copied := false
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		width, bad := escapeAt(raw, i)
		if bad {
			if !copied {
				raw, copied = bytes.Clone(raw), true
			}
			copy(raw[i:], `\ufffd`)
		}
		i += width - 1
	}
	return json.RawMessage(raw)
}

// escapeAt tells how many bytes the escape at i takes and whether what it
// stands for cannot be stored.
func escapeAt(b []byte, i int) (width int, bad bool) {
	unit, ok := unitAt(b, i)
	switch {
	case !ok:
		return 2, false
	case unit == 0:
		return 6, true
	case unit >= 0xD800 && unit < 0xDC00:
		if low, ok := unitAt(b, i+6); ok && low >= 0xDC00 && low < 0xE000 {
			return 12, false
		}
		return 6, true
	case unit >= 0xDC00 && unit < 0xE000:
		return 6, true
	}
	return 6, false
}

// unitAt reads the UTF-16 unit of a \uXXXX escape.
func unitAt(b []byte, i int) (unit rune, ok bool) {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return 0, false
	}
	for _, c := range b[i+2 : i+6] {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			unit = unit<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			unit = unit<<4 | rune(c-'A'+10)
		}
	}
	return unit, true
}
