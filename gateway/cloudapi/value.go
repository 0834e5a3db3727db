package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// errNotObject says that an item is not a JSON object. Decoding null would
// otherwise pass as an empty one.
var errNotObject = errors.New("not an object")

// decode reads one item. Its error names the place and the types, never values:
// it ends in logs and problem lists.
func decode(item []byte, into any) error {
	if !isObject(item) {
		return errNotObject
	}
	err := json.Unmarshal(item, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ") // "number 42" would show the value
		return errors.New(strings.TrimPrefix(wrong.Field, "parts.") + " is a " + kind)
	}
	return err
}

// looseText reads a string or a number as text; anything else is empty.
func looseText(raw []byte) string {
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || raw[0] == 'n' || raw[0] == 't' || raw[0] == 'f' {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return wa.CleanText(string(raw[1 : len(raw)-1])) // nothing to unescape: ids never have
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return wa.CleanText(s)
}

// looseString is a text that may come as a number.
type looseString string

// UnmarshalJSON accepts a string, a number or null.
func (s *looseString) UnmarshalJSON(raw []byte) error {
	if c := first(raw); c == '{' || c == '[' || c == 't' || c == 'f' {
		return errors.New("an id is neither text nor number")
	}
	*s = looseString(looseText(raw))
	return nil
}

// maxUnix is the end of the year 9999: later stamps cannot be stored.
const maxUnix = 253402300799

// unixTime reads Meta's seconds since 1970, sent as text and here and there as
// a number.
func unixTime(s looseString) (time.Time, error) {
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil || n <= 0 || n > maxUnix {
		return time.Time{}, errors.New("timestamp is missing or not in seconds")
	}
	return time.Unix(n, 0).UTC(), nil
}
