package setting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// Body is what a document says. Validate names the first field that cannot be used,
// as a *FieldError.
type Body interface{ Validate() error }

// FieldError says which field of a document cannot be used, and what it takes.
type FieldError struct{ Field, Detail string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

// ErrUnreadable says that the document that holds was published by a release that knows
// more than this one. Nothing may be decided by it: half of a rule is another rule.
var ErrUnreadable = errors.New("the document is not understood by this release")

// Kind is a kind of document.
type Kind[B Body] struct {
	name     string
	fallback func() B // anew each time: what is read must not write into it
}

// Reader is a Kind, whatever its body.
type Reader interface {
	Name() string
	Read(document []byte) (Body, error)
}

// Name is the kind's, in the store and in paths of the API.
func (k Kind[B]) Name() string { return k.name }

// Default is what holds where nothing was published.
func (k Kind[B]) Default() B { return k.fallback() }

// Read makes the body of a document. Errors are *FieldError.
func (k Kind[B]) Read(document []byte) (Body, error) {
	body, err := k.Parse(document)
	if err != nil {
		return nil, err // not a body in an interface
	}
	return body, nil
}

// Parse is Read with the body's own type.
func (k Kind[B]) Parse(document []byte) (B, error) {
	body := k.fallback()
	if bytes.Equal(bytes.TrimSpace(document), []byte("null")) {
		return body, &FieldError{"", "want an object"}
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return body, readError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return body, &FieldError{"", "more than one JSON value"}
	}
	return body, body.Validate()
}

// readError names the field of an error of encoding/json.
func readError(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &FieldError{wrong.Field, "want " + inWords(wrong.Type) + ", got " + wrong.Value}
	}
	// encoding/json has no type for this error.
	if field, ok := strings.CutPrefix(err.Error(), `json: unknown field "`); ok {
		return &FieldError{strings.TrimSuffix(field, `"`), "no such field"}
	}
	return &FieldError{"", "not valid JSON"}
}

// inWords names what a field takes, as an author knows it.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

// Version is one version of a document, as members hold it.
type Version struct {
	Kind   string
	Number int64 // from 1
	From   time.Time
	Body   Body // nil: this release cannot read it
}

// Set is what one tenant has configured, as of a revision: of each kind what holds
// and what is to come. It is not changed once it is made. The zero value is that of a
// tenant who has published nothing.
type Set struct {
	Rev      int64 // raised with each publication of the tenant
	versions []Version
}

// NewSet keeps the versions, in any order.
func NewSet(rev int64, versions []Version) Set { return Set{rev, versions} }

// At is what of a kind holds at a time: the body, and the number of its version, which
// belongs into the event of whatever was decided by it; 0: the default, for nothing is
// published that holds by then. Of several that hold the highest version does: clocks
// of databases that follow each other may differ. Error: ErrUnreadable.
func (k Kind[B]) At(s Set, now time.Time) (body B, number int64, err error) {
	var held *Version
	for n := range s.versions {
		v := &s.versions[n]
		if v.Kind == k.name && !v.From.After(now) && (held == nil || v.Number > held.Number) {
			held = v
		}
	}
	if held == nil {
		return k.fallback(), 0, nil
	}
	body, ok := held.Body.(B)
	if !ok {
		return body, 0, fmt.Errorf("%s, version %d: %w", k.name, held.Number, ErrUnreadable)
	}
	return body, held.Number, nil
}
