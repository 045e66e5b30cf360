//! Art. 2: the three categories of residents, by which contributions and ratios differ.

/// The category of an insured resident (Art. 2), fixed for a benefit year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Full-time university student (大学生), wherever registered.
    Student,
    /// Pupil, kindergarten child or other person under 18 (少年儿童).
    Minor,
    /// Resident of 18 years or more (成年居民).
    Adult,
}

impl Category {
    /// Every category, in the order of their indices.
    pub const ALL: [Category; 3] = [Category::Student, Category::Minor, Category::Adult];

    /// The name in scenarios and files.
    pub const fn name(self) -> &'static str {
        match self {
            Category::Student => "student",
            Category::Minor => "minor",
            Category::Adult => "adult",
        }
    }
}
