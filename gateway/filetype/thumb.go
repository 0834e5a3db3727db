package filetype

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"

	"golang.org/x/image/draw"
)

const (
	// ThumbSide bounds a small picture, in pixels: twice what a thread shows.
	ThumbSide    = 640
	thumbQuality = 78
	// maxDecoded bounds what is decoded, in pixels: some 8 bytes of memory each.
	maxDecoded = 16_000_000
)

// ErrNoThumb says that there can be no small picture of this.
var ErrNoThumb = errors.New("no picture that could be made smaller")

// Thumb makes a small JPEG of a picture: of the first of those that move. What has too
// many pixels is not decoded. It takes memory and time: do one at a time. ErrNoThumb: it
// is no picture, or too large a one, whatever is tried; any other error is the reader's.
func Thumb(r io.ReadSeeker) ([]byte, error) {
	kept := &reader{from: r}
	config, _, err := image.DecodeConfig(kept)
	if kept.err != nil {
		return nil, kept.err
	}
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxDecoded/config.Height {
		return nil, ErrNoThumb
	}
	turned, err := orientation(r)
	if err != nil {
		return nil, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	kept = &reader{from: r}
	full, _, err := image.Decode(kept)
	if kept.err != nil {
		return nil, kept.err
	}
	if err != nil {
		return nil, ErrNoThumb
	}
	small := turn(shrink(full), turned)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: thumbQuality}); err != nil {
		return nil, ErrNoThumb
	}
	return out.Bytes(), nil
}

// reader tells an error of what is read from one of what it says.
type reader struct {
	from io.Reader
	err  error
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

func shrink(full image.Image) *image.RGBA {
	from := full.Bounds()
	w, h := from.Dx(), from.Dy()
	if longest := max(w, h); longest > ThumbSide {
		w, h = max(1, w*ThumbSide/longest), max(1, h*ThumbSide/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src) // JPEG has no holes
	draw.ApproxBiLinear.Scale(small, small.Bounds(), full, from, draw.Over, nil)
	return small
}
