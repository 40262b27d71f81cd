//! Terms with their weights, and how near two texts are by them.

use crate::sorted::in_both;

/// Terms by their numbers, rising, with weights above zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Vector(Vec<(u32, f32)>);

impl Vector {
    /// Of terms in any order, each once.
    pub(super) fn new(mut weights: Vec<(u32, f32)>) -> Self {
        weights.retain(|(_, weight)| *weight > 0.0);
        weights.sort_by_key(|(term, _)| *term);
        Self(weights)
    }

    /// With length 1, of its heaviest terms; equal weights by their numbers.
    pub(super) fn unit(mut weights: Vec<(u32, f32)>, most: usize) -> Self {
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        weights.truncate(most);
        let mut vector = Self::new(weights);
        let length = vector.dot(&vector).sqrt();
        vector.0.iter_mut().for_each(|(_, weight)| *weight /= length);
        vector
    }

    /// The terms with their weights.
    pub(super) fn terms(&self) -> &[(u32, f32)] {
        &self.0
    }

    /// The weight of a term; 0 if it has none.
    pub(super) fn weight(&self, term: u32) -> f32 {
        self.0.binary_search_by_key(&term, |(term, _)| *term).map_or(0.0, |at| self.0[at].1)
    }

    /// The product: how near two vectors of length 1 are.
    pub(super) fn dot(&self, other: &Self) -> f32 {
        self.shared(other).map(|(_, product)| product).sum()
    }

    /// What both have, with what it adds to their product.
    pub(super) fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (u32, f32)> + 'a {
        let (short, long) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        in_both(&short.0, &long.0, |(term, _)| *term).map(|((term, one), (_, other))| (*term, one * other))
    }

    /// Adds another.
    pub(super) fn add(&mut self, other: &Self) {
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        let mut others = other.0.iter().copied().peekable();
        for (term, weight) in self.0.drain(..) {
            while let Some(before) = others.next_if(|(other, _)| *other < term) {
                sum.push(before);
            }
            let same = others.next_if(|(other, _)| *other == term).map_or(0.0, |(_, weight)| weight);
            sum.push((term, weight + same));
        }
        sum.extend(others);
        self.0 = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_of_shared_terms() {
        let left = Vector::unit(vec![(3, 1.0), (1, 1.0), (9, 0.1)], 2);
        let right = Vector::unit(vec![(1, 2.0)], 2);
        assert!((left.dot(&right) - 0.5_f32.sqrt()).abs() < 1e-6);
        assert_eq!(left.dot(&right), right.dot(&left));
        assert_eq!(left.shared(&right).map(|(term, _)| term).collect::<Vec<_>>(), [1]);
        let mut sum = left.clone();
        sum.add(&right);
        assert!((sum.dot(&right) - left.dot(&right) - 1.0).abs() < 1e-6);
        assert_eq!(Vector::unit(Vec::new(), 3), Vector::default());
    }
}
