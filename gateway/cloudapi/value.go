package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// errNotObject says that an item is not a JSON object. Decoding null would
// otherwise pass as an empty one.
var errNotObject = errors.New("not an object")

// decode reads of one item what can be read. A value of another JSON type than
// expected is left out, for it must not cost what stands beside it; encoding/json
// reads on after one, unless a method of our own fails: the types here never do.
func decode(item []byte, into any) error {
	if !walk.IsObject(item) {
		return errNotObject
	}
	err := json.Unmarshal(item, into)
	if _, other := errors.AsType[*json.UnmarshalTypeError](err); other {
		return nil
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
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return wa.CleanText(string(raw[1 : len(raw)-1])) // nothing to unescape: ids never have
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return wa.CleanText(s)
}

// looseString is a storable text that may come as a number; "" of anything else.
type looseString string

// UnmarshalJSON accepts everything.
func (s *looseString) UnmarshalJSON(raw []byte) error {
	*s = looseString(looseText(raw))
	return nil
}

// looseNumber is a number that may come as text. It is known unless something
// else came, or nothing.
type looseNumber struct {
	value float64
	known bool
}

// UnmarshalJSON accepts everything.
func (n *looseNumber) UnmarshalJSON(raw []byte) error {
	text := strings.TrimSpace(looseText(raw))
	value, err := strconv.ParseFloat(text, 64)
	if err == nil && !math.IsInf(value, 0) && !math.IsNaN(value) {
		*n = looseNumber{value, true}
	}
	return nil
}

// looseInt is a whole number that may come as text; 0 of anything else.
type looseInt int

// UnmarshalJSON accepts everything.
func (n *looseInt) UnmarshalJSON(raw []byte) error {
	if value, err := strconv.ParseInt(strings.TrimSpace(looseText(raw)), 10, 32); err == nil {
		*n = looseInt(value)
	}
	return nil
}

// looseBool is true where true comes, also as text or as 1.
type looseBool bool

// UnmarshalJSON accepts everything.
func (b *looseBool) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case "true", `"true"`, "1", `"1"`:
		*b = true
	}
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
