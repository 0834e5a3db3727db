package voice

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Elements of WebM that matter here (Matroska, element identifiers); all others are
// passed over.
const (
	idHead       = 0x1a45dfa3
	idSegment    = 0x18538067
	idTracks     = 0x1654ae6b
	idTrack      = 0xae
	idNumber     = 0xd7
	idCodec      = 0x86
	idPrivate    = 0x63a2
	idCluster    = 0x1f43b675
	idBlockGroup = 0xa0
	idBlock      = 0xa1
	idSimple     = 0xa3
)

const codecOpus = "A_OPUS"

// unknown is the size of an element that is written while it grows.
const unknown = -1

// ErrDamaged says that a recording does not follow its format, or is cut off.
var ErrDamaged = errors.New("the recording is damaged or cut off")

// ErrNotOpus says that there is no sound in Opus in it.
var ErrNotOpus = errors.New("the recording is not Opus in WebM")

// track is one that a recording declares.
type track struct {
	number uint64
	codec  string
	head   []byte // of Opus: what its codec begins with
}

// sound is what a recording holds: the head of the codec and its packets, in order.
type sound struct {
	head    []byte
	packets [][]byte
}

// readWebM finds the first sound in Opus. What it returns lies within b.
func readWebM(b []byte) (sound, error) {
	if len(b) < 4 || binary.BigEndian.Uint32(b) != idHead {
		return sound{}, ErrNotOpus
	}
	r := webm{rest: b}
	for len(r.rest) > 0 {
		if err := r.next(); err != nil {
			return sound{}, err
		}
	}
	if r.chosen == nil && !r.choose() {
		return sound{}, ErrNotOpus
	}
	return sound{r.chosen.head, r.packets}, nil
}

type webm struct {
	rest    []byte
	tracks  []track
	chosen  *track
	packets [][]byte
}

// next reads one element. Those that hold others are entered, whatever their size says:
// their ends do not matter, for what follows is named by itself.
func (r *webm) next() error {
	id, err := r.id()
	if err != nil {
		return err
	}
	size, err := r.size()
	if err != nil {
		return err
	}
	switch id {
	case idSegment, idTracks, idCluster, idBlockGroup:
		return nil
	case idTrack:
		r.tracks = append(r.tracks, track{})
		return nil
	}
	if size == unknown || size > int64(len(r.rest)) {
		return fmt.Errorf("element %x: %w", id, ErrDamaged)
	}
	body := r.rest[:size]
	r.rest = r.rest[size:]
	switch id {
	case idNumber, idCodec, idPrivate:
		return r.describe(id, body)
	case idBlock, idSimple:
		return r.block(body)
	}
	return nil
}

func (r *webm) describe(id uint32, body []byte) error {
	if len(r.tracks) == 0 {
		return fmt.Errorf("a track that was not begun: %w", ErrDamaged)
	}
	of := &r.tracks[len(r.tracks)-1]
	switch id {
	case idNumber:
		if len(body) > 8 {
			return fmt.Errorf("number of a track: %w", ErrDamaged)
		}
		of.number = 0
		for _, c := range body {
			of.number = of.number<<8 | uint64(c)
		}
	case idCodec:
		of.codec = string(body)
	case idPrivate:
		of.head = body
	}
	return nil
}

// choose takes the first track of Opus, once all are declared.
func (r *webm) choose() bool {
	for n := range r.tracks {
		if r.tracks[n].codec == codecOpus {
			r.chosen = &r.tracks[n]
			return true
		}
	}
	return false
}

// block takes the packet of a block, if it is of the chosen track.
func (r *webm) block(body []byte) error {
	if r.chosen == nil && !r.choose() {
		return ErrNotOpus
	}
	in := webm{rest: body}
	number, err := in.size()
	if err != nil || len(in.rest) < 3 {
		return fmt.Errorf("a block: %w", ErrDamaged)
	}
	if uint64(number) != r.chosen.number {
		return nil
	}
	const lacing = 0x06
	if in.rest[2]&lacing != 0 {
		return fmt.Errorf("several packets in one block: %w", ErrDamaged)
	}
	r.packets = append(r.packets, in.rest[3:])
	return nil
}

// id reads the name of an element, with the mark of its length.
func (r *webm) id() (uint32, error) {
	if len(r.rest) == 0 || r.rest[0] < 0x10 {
		return 0, fmt.Errorf("name of an element: %w", ErrDamaged)
	}
	length := 1
	for mask := byte(0x80); r.rest[0]&mask == 0; mask >>= 1 {
		length++
	}
	if len(r.rest) < length {
		return 0, fmt.Errorf("name of an element: %w", ErrDamaged)
	}
	var id uint32
	for _, c := range r.rest[:length] {
		id = id<<8 | uint32(c)
	}
	r.rest = r.rest[length:]
	return id, nil
}

// size reads a length, without the mark of its own.
func (r *webm) size() (int64, error) {
	if len(r.rest) == 0 || r.rest[0] == 0 {
		return 0, fmt.Errorf("size of an element: %w", ErrDamaged)
	}
	length, mask := 1, byte(0x80)
	for ; r.rest[0]&mask == 0; mask >>= 1 {
		length++
	}
	if len(r.rest) < length {
		return 0, fmt.Errorf("size of an element: %w", ErrDamaged)
	}
	size, full := int64(r.rest[0]&(mask-1)), r.rest[0]&(mask-1) == mask-1
	for _, c := range r.rest[1:length] {
		size, full = size<<8|int64(c), full && c == 0xff
	}
	r.rest = r.rest[length:]
	if full {
		return unknown, nil
	}
	return size, nil
}
