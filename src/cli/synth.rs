//! `yibao synth`: a synthetic city as files.
