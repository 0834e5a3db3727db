// Package voice makes voice messages of what browsers record.
//
// Chromium records Opus in WebM; WhatsApp plays Opus in Ogg. Both only wrap the packets
// of the codec, so that Rewrap changes no sound: every packet is written as it was read.
// Nothing is decoded, and no memory is taken beyond that of the recording and its copy.
package voice
