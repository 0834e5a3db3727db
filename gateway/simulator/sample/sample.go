// Package sample has the files that simulated customers send who choose none of their
// own.
package sample

import (
	"crypto/sha256"
	"embed"
)

// Samples for customers who choose no file of their own; made for this simulator.
//
//go:embed *.mp4 *.pdf *.jpg *.webp *.ogg
var samples embed.FS

// File is what a customer sent, as the media endpoint knows it.
type File struct {
	MIME  string
	Bytes []byte
}

// Sum is its SHA-256.
func (f *File) Sum() []byte {
	sum := sha256.Sum256(f.Bytes)
	return sum[:]
}

// Of is the file behind media of a kind that bring none.
func Of(kind string) *File {
	name, declared := "picture.jpg", "image/jpeg"
	switch kind {
	case "video":
		name, declared = "film.mp4", "video/mp4"
	case "audio":
		name, declared = "voice.ogg", "audio/ogg; codecs=opus"
	case "document":
		name, declared = "order.pdf", "application/pdf"
	case "sticker":
		name, declared = "sticker.webp", "image/webp"
	}
	content, err := samples.ReadFile(name)
	if err != nil {
		panic(err) // embedded above
	}
	return &File{declared, content}
}
